package dev.studybuddy.api.testing;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.TopicOrigin;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;

/** Creates, changes and deletes the topics of the aggregate types on the shared broker. */
public final class AggregateTopics {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private AggregateTopics() {}

    /** Sets the cleanup policy of a topic. */
    public static void setCleanupPolicy(String topic, String policy) throws ExecutionException, InterruptedException {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            AlterConfigOp change =
                    new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                    .all()
                    .get();
        }
    }

    /** Deletes the topics with this prefix, and waits until the broker does not list them. */
    public static void delete(String prefix) throws ExecutionException, InterruptedException {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            List<String> topics = Stream.of(AggregateType.values())
                    .map(type -> type.topic(prefix))
                    .toList();
            admin.deleteTopics(topics).all().get();
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> Collections.disjoint(admin.listTopics().names().get(), topics));
        }
    }

    /** Deletes the records of a partition before an offset. */
    public static void deleteRecords(TopicPartition partition, long before)
            throws ExecutionException, InterruptedException {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    /** Creates the topics with this prefix, waits until each partition has a leader, and returns the topics by name. */
    public static Map<String, TopicOrigin> create(String prefix) throws ExecutionException, InterruptedException {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            List<NewTopic> topics = Stream.of(AggregateType.values())
                    .map(type -> new NewTopic(type.topic(prefix), ReadModelFixture.PARTITIONS, (short) 1))
                    .toList();
            CreateTopicsResult created = admin.createTopics(topics);
            created.all().get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            topics.forEach(topic -> IntStream.range(0, topic.numPartitions())
                    .forEach(partition -> ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest())));
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .ignoreExceptionsMatching(thrown -> thrown.getCause() instanceof UnknownTopicOrPartitionException)
                    .until(() -> admin.listOffsets(ends).all().get().keySet().equals(ends.keySet()));
            Map<String, TopicOrigin> origins = new HashMap<>();
            for (NewTopic topic : topics) {
                origins.put(
                        topic.name(),
                        new TopicOrigin(created.topicId(topic.name()).get().toString(), topic.numPartitions()));
            }
            return origins;
        }
    }
}
