package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

class TopicRequirementsTest {

    private static final Map<String, String> STRONG = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "-1",
            "retention.bytes", "-1",
            "min.insync.replicas", "2",
            "unclean.leader.election.enable", "false");

    private final TopicRequirements requirements = new TopicRequirements(new TopicSettings(
            "studybuddy.{type}.v1", List.of("todo"), 12, true, false, (short) 3, 2, Duration.ofDays(7)));

    @Test
    void aTopicThatFollowsTheSettingsIsReadyAndNotWeak() {
        assertThat(requirements.evaluate(topic(12, 3), config(Map.of()))).isEqualTo(new TopicState.Ready());
        assertThat(requirements.weaknesses(topic(12, 3), config(Map.of()))).isEmpty();
    }

    @Test
    void anotherPartitionCountOrCompactionBlocksTheTopic() {
        assertThat(requirements.evaluate(topic(3, 3), config(Map.of()))).isInstanceOf(TopicState.Blocked.class);
        assertThat(requirements.evaluate(topic(12, 3), config(Map.of("cleanup.policy", "compact,delete"))))
                .isInstanceOf(TopicState.Blocked.class);
    }

    @Test
    void eachWeaknessIsReportedAndDoesNotBlockTheTopic() {
        assertWeak(topic(12, 1), Map.of(), "1 replicas");
        assertWeak(topic(12, 3), Map.of("min.insync.replicas", "1"), "min.insync.replicas = 1 is less than");
        assertWeak(topic(12, 3), Map.of("min.insync.replicas", "3"), "min.insync.replicas = 3 is not less than");
        assertWeak(topic(12, 3), Map.of("unclean.leader.election.enable", "true"), "unclean.leader.election.enable");
        assertWeak(topic(12, 3), Map.of("retention.ms", "604800000"), "retention.ms = 604800000");
        assertWeak(topic(12, 3), Map.of("retention.bytes", "1000000"), "retention.bytes = 1000000");
    }

    @Test
    void withoutAConfigurationTheTopicIsReadyAndItsReplicasAreChecked() {
        assertThat(requirements.evaluate(topic(12, 1), null)).isEqualTo(new TopicState.Ready());
        assertThat(requirements.weaknesses(topic(12, 1), null))
                .singleElement()
                .satisfies(weakness -> assertThat(weakness).contains("1 replicas"));
    }

    @Test
    void oneReplicaIsNoWeaknessIfTheSettingsRequireOne() {
        TopicRequirements single = new TopicRequirements(new TopicSettings(
                "studybuddy.{type}.v1", List.of("todo"), 12, true, false, (short) 1, 1, Duration.ofDays(7)));

        assertThat(single.weaknesses(topic(12, 1), config(Map.of("min.insync.replicas", "1"))))
                .isEmpty();
    }

    private void assertWeak(TopicDescription topic, Map<String, String> changes, String weakness) {
        assertThat(requirements.evaluate(topic, config(changes))).isEqualTo(new TopicState.Ready());
        assertThat(requirements.weaknesses(topic, config(changes)))
                .singleElement()
                .satisfies(found -> assertThat(found).contains(weakness));
    }

    private static TopicDescription topic(int partitions, int replicas) {
        List<Node> nodes = Collections.nCopies(replicas, new Node(1, "localhost", 9092));
        return new TopicDescription(
                "studybuddy.todo.v1",
                false,
                IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartitionInfo(partition, nodes.get(0), nodes, nodes))
                        .toList());
    }

    private static Config config(Map<String, String> changes) {
        Map<String, String> values = new HashMap<>(STRONG);
        values.putAll(changes);
        return new Config(values.entrySet().stream()
                .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
                .toList());
    }
}
