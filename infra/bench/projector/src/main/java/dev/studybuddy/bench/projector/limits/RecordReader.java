package dev.studybuddy.bench.projector.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A record reader reads all partitions from their beginning, without a consumer group. */
final class RecordReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private long read;

    RecordReader(Map<String, String> environment) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        String.valueOf(environment.get("BENCH_BOOTSTRAP")),
                        "isolation.level",
                        "read_committed",
                        "max.poll.records",
                        2000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        Arrays.stream(String.valueOf(environment.get("BENCH_TOPICS")).split(",", -1))
                .forEach(topic -> consumer.partitionsFor(topic)
                        .forEach(one -> all.add(new TopicPartition(topic, one.partition()))));
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** Reads until the given number of records has been read in total. */
    void readUntil(long total, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        while (read < total) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                each.accept(record);
                read++;
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
