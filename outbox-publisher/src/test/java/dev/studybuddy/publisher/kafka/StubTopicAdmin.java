package dev.studybuddy.publisher.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

/**
 * Answers at once about the topics that a test creates. The test itself completes the calls to the leaders of the
 * partitions.
 */
final class StubTopicAdmin implements TopicAdmin {

    final Set<String> existing = new HashSet<>();
    final List<CompletableFuture<Void>> leaderCalls = new ArrayList<>();
    int mostDescribed;
    private final int partitions;

    StubTopicAdmin(int partitions) {
        this.partitions = partitions;
    }

    /** Creates a topic and its dead-letter topic. */
    void add(String topic) {
        existing.addAll(List.of(topic, TopicSettings.deadLetterTopic(topic)));
    }

    @Override
    public Map<String, TopicAnswer<TopicDescription>> describe(Collection<String> topics) {
        mostDescribed = Math.max(mostDescribed, topics.size());
        return answers(topics, this::description);
    }

    private TopicDescription description(String topic) {
        Node node = new Node(1, "broker", 9092);
        List<TopicPartitionInfo> infos = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            infos.add(new TopicPartitionInfo(partition, node, List.of(node), List.of(node)));
        }
        return new TopicDescription(topic, false, infos, Collections.emptySet());
    }

    @Override
    public Map<String, TopicAnswer<Config>> configs(Collection<String> topics) {
        return answers(
                topics,
                topic -> new Config(List.of(
                        new ConfigEntry("cleanup.policy", "delete"),
                        new ConfigEntry("retention.ms", "-1"),
                        new ConfigEntry("retention.bytes", "-1"),
                        new ConfigEntry("min.insync.replicas", "1"),
                        new ConfigEntry("unclean.leader.election.enable", "false"))));
    }

    private <T> Map<String, TopicAnswer<T>> answers(Collection<String> topics, Function<String, T> value) {
        Map<String, TopicAnswer<T>> answers = new HashMap<>();
        for (String topic : topics) {
            answers.put(
                    topic,
                    existing.contains(topic)
                            ? new TopicAnswer.Found<>(value.apply(topic))
                            : new TopicAnswer.Absent<>());
        }
        return answers;
    }

    @Override
    public Map<String, TopicAnswer<Uuid>> create(Collection<NewTopic> topics) {
        Map<String, TopicAnswer<Uuid>> answers = new HashMap<>();
        for (NewTopic topic : topics) {
            existing.add(topic.name());
            answers.put(topic.name(), new TopicAnswer.Found<>(Uuid.ZERO_UUID));
        }
        return answers;
    }

    @Override
    public Map<String, Future<?>> callLeaders(Collection<String> topics) {
        Map<String, Future<?>> calls = new HashMap<>();
        for (String topic : topics) {
            CompletableFuture<Void> call = new CompletableFuture<>();
            leaderCalls.add(call);
            calls.put(topic, call);
        }
        return calls;
    }

    @Override
    public boolean isReachable() {
        return true;
    }

    @Override
    public void close() {}
}
