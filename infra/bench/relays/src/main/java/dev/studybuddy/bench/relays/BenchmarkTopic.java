package dev.studybuddy.bench.relays;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Manages the topic of one case. The records of the topic carry the broker's append time, which no client can change.
 */
final class BenchmarkTopic implements AutoCloseable {

    static final int PARTITIONS = 12;
    private static final Map<String, String> SETTINGS =
            Map.of("message.timestamp.type", "LogAppendTime", "retention.ms", "-1", "cleanup.policy", "delete");

    private final Admin admin;
    private final String name;
    private final String bootstrap;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();

    BenchmarkTopic(String bootstrap, String name) throws ExecutionException, InterruptedException {
        this.bootstrap = bootstrap;
        this.name = name;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        admin.createTopics(List.of(
                        new NewTopic(name, PARTITIONS, (short) 1).configs(SETTINGS),
                        new NewTopic(name + ".dlt", PARTITIONS, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
        for (int n = 0; n < PARTITIONS; n++) {
            ends.put(new TopicPartition(name, n), OffsetSpec.latest());
        }
    }

    String name() {
        return name;
    }

    String bootstrap() {
        return bootstrap;
    }

    /** Returns the end offset of each partition, which is its number of records. */
    Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> found = new HashMap<>();
        admin.listOffsets(ends).all().get().forEach((partition, end) -> found.put(partition, end.offset()));
        return found;
    }

    long count() throws ExecutionException, InterruptedException {
        return ends().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Deletes the topic, so that the broker's disk does not fill up during a run. */
    @Override
    public void close() {
        admin.deleteTopics(List.of(name, name + ".dlt"));
        admin.close();
    }
}
