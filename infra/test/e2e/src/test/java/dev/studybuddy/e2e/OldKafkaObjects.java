package dev.studybuddy.e2e;

import dev.studybuddy.testkit.TestTopics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Creates the topics of an earlier prefix and the group of a removed read model, which an operator deletes.
 *
 * @param topics the topics of the stack, to which these objects belong too
 */
record OldKafkaObjects(TestTopics topics) {

    private static final long CALL_LIMIT_SECONDS = 60;
    private static final List<String> TYPES = List.of("user", "todo", "session");

    /** Creates the objects. */
    void create() {
        try (Admin admin = admin()) {
            List<NewTopic> created = TYPES.stream()
                    .map(type -> new NewTopic(prefix() + type + ".v1", 1, (short) 1))
                    .toList();
            get(admin.createTopics(created).all());
            TopicPartition partition = new TopicPartition(created.getFirst().name(), 0);
            get(admin.alterConsumerGroupOffsets(groupId(), Map.of(partition, new OffsetAndMetadata(0)))
                    .all());
        }
    }

    /** Returns the prefix of the old topics of a stack whose topics have the given prefix. */
    static String prefix(String topicPrefix) {
        return topicPrefix + "old.";
    }

    private String prefix() {
        return prefix(topics.prefix());
    }

    /** Returns the number of the old topics that exist. */
    long countTopics() {
        try (Admin admin = admin()) {
            Set<String> names = get(admin.listTopics().names());
            return names.stream().filter(name -> name.startsWith(prefix())).count();
        }
    }

    /** Returns whether the group exists. */
    boolean groupExists() {
        return topics.groupIds().contains(groupId());
    }

    private String groupId() {
        return topics.prefix() + "projector-weekdays-g1";
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers()));
    }

    private static <T> T get(KafkaFuture<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CALL_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
