package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A delivery consists of the events that arrived on a topic between two sets of offsets. Lag is the time from before
 * the event's commit was sent to the end of the millisecond in which the broker appended the event, so it is never too
 * short.
 */
final class Delivery {

    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int MAX_EMPTY_POLLS = 5;
    private static final long MICROS_PER_MILLI = 1000;
    private static final long MAX_LAG_MICROS = Duration.ofHours(1).toMillis() * MICROS_PER_MILLI;

    final Histogram lagMicros = new Histogram(MAX_LAG_MICROS, 3);
    private final BitSet received = new BitSet();
    private final Map<String, Position> newest = new HashMap<>();
    private final String prefix;
    private long repeats;
    private long outOfOrder;
    private long lastMillis;

    private Delivery(String prefix) {
        this.prefix = prefix + "-";
    }

    /** Reads the records of the workload whose keys have the given prefix. */
    static Delivery read(
            BenchmarkTopic topic, String prefix, Map<TopicPartition, Long> from, Map<TopicPartition, Long> until) {
        Delivery delivery = new Delivery(prefix);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "max.poll.records",
                5000,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(until.keySet());
            long remaining = 0;
            for (Map.Entry<TopicPartition, Long> end : until.entrySet()) {
                long start = from.getOrDefault(end.getKey(), 0L);
                consumer.seek(end.getKey(), start);
                remaining += end.getValue() - start;
            }
            int emptyPolls = 0;
            while (remaining > 0 && emptyPolls < MAX_EMPTY_POLLS) {
                var records = consumer.poll(POLL);
                emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
                for (ConsumerRecord<byte[], byte[]> each : records) {
                    TopicPartition partition = new TopicPartition(each.topic(), each.partition());
                    if (each.offset() < until.getOrDefault(partition, 0L)) {
                        remaining--;
                        delivery.add(each);
                    }
                }
            }
        }
        return delivery;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        String json = new String(record.value(), StandardCharsets.UTF_8);
        String key = Json.text(json, "key");
        if (!key.startsWith(prefix)) {
            return;
        }
        int number = Math.toIntExact(Json.number(json, "n"));
        if (received.get(number)) {
            repeats++;
            return;
        }
        received.set(number);
        long version = Json.number(json, "version");
        // Order exists only on one partition, so an event on another one than its predecessor's is out of order too.
        Position previous = newest.getOrDefault(key, new Position(record.partition(), 0));
        if (version < previous.version || record.partition() != previous.partition) {
            outOfOrder++;
        }
        if (version > previous.version) {
            newest.put(key, new Position(record.partition(), version));
        }
        lastMillis = Math.max(lastMillis, record.timestamp());
        long at = Json.number(json, "at");
        if (at > 0) {
            lagMicros.recordValue(Math.clamp((record.timestamp() + 1) * MICROS_PER_MILLI - at, 0, MAX_LAG_MICROS));
        }
    }

    private record Position(int partition, long version) {}

    /** Returns the number of different events that arrived. */
    int distinct() {
        return received.cardinality();
    }

    boolean contains(int number) {
        return received.get(number);
    }

    long repeats() {
        return repeats;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    /** Returns the append time of the last event that was not a repeat, in milliseconds since 1970. */
    long lastMillis() {
        return lastMillis;
    }

    /** Counts an event that had not arrived at the end of the measurement, with the lag that it had at that time. */
    void recordMissing(long atMicros, long untilMicros) {
        lagMicros.recordValue(Math.clamp(untilMicros - atMicros, 0, MAX_LAG_MICROS));
    }
}
