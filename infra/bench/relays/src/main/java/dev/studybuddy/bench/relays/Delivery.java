package dev.studybuddy.bench.relays;

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
 * What stands on a topic, between two sets of offsets. Lag is from the instant before the event's commit was sent to the end
 * of the millisecond in which the broker appended it: never less than the truth.
 */
final class Delivery {

    private static final Duration POLL = Duration.ofSeconds(2);
    private static final int QUIET_POLLS = 5;
    private static final long MICROS_PER_MILLI = 1000;
    private static final long LONGEST_MICROS = Duration.ofHours(1).toMillis() * MICROS_PER_MILLI;

    final Histogram lagMicros = new Histogram(LONGEST_MICROS, 3);
    private final BitSet seen = new BitSet();
    private final Map<String, Long> newest = new HashMap<>();
    private final String prefix;
    private long repeats;
    private long outOfOrder;
    private long lastMillis;

    private Delivery(String prefix) {
        this.prefix = prefix + "-";
    }

    /** Reads the records of a workload with this prefix of keys. */
    static Delivery read(
            BenchTopic topic, String prefix, Map<TopicPartition, Long> from, Map<TopicPartition, Long> until) {
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
            long open = 0;
            for (Map.Entry<TopicPartition, Long> end : until.entrySet()) {
                long start = from.getOrDefault(end.getKey(), 0L);
                consumer.seek(end.getKey(), start);
                open += end.getValue() - start;
            }
            int quiet = 0;
            while (open > 0 && quiet < QUIET_POLLS) {
                var records = consumer.poll(POLL);
                quiet = records.isEmpty() ? quiet + 1 : 0;
                for (ConsumerRecord<byte[], byte[]> each : records) {
                    TopicPartition partition = new TopicPartition(each.topic(), each.partition());
                    if (each.offset() < until.getOrDefault(partition, 0L)) {
                        open--;
                        delivery.add(each);
                    }
                }
            }
        }
        return delivery;
    }

    private void add(ConsumerRecord<byte[], byte[]> entry) {
        String json = new String(entry.value(), StandardCharsets.UTF_8);
        String key = Json.text(json, "key");
        if (!key.startsWith(prefix)) {
            return;
        }
        int number = Math.toIntExact(Json.number(json, "n"));
        if (seen.get(number)) {
            repeats++;
            return;
        }
        seen.set(number);
        long version = Json.number(json, "version");
        // A first occurrence below one that was seen already came too late.
        if (version < newest.getOrDefault(key, 0L)) {
            outOfOrder++;
        } else {
            newest.put(key, version);
        }
        lastMillis = Math.max(lastMillis, entry.timestamp());
        long at = Json.number(json, "at");
        if (at > 0) {
            lagMicros.recordValue(Math.clamp((entry.timestamp() + 1) * MICROS_PER_MILLI - at, 0, LONGEST_MICROS));
        }
    }

    /** How many different events came. */
    int distinct() {
        return seen.cardinality();
    }

    boolean has(int number) {
        return seen.get(number);
    }

    long repeats() {
        return repeats;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    /** When the last first occurrence was appended, milliseconds since 1970. */
    long lastMillis() {
        return lastMillis;
    }

    /** Counts an event that had not come when the watch ended, with the lag that it had by then. */
    void missed(long atMicros, long untilMicros) {
        lagMicros.recordValue(Math.clamp(untilMicros - atMicros, 0, LONGEST_MICROS));
    }
}
