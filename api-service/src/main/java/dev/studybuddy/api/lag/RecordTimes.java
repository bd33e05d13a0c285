package dev.studybuddy.api.lag;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.outbox.EventHeaders;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/** When the events at given offsets were written; without a group, so that nobody's position moves. */
@Component
final class RecordTimes {

    private static final Duration MOST = Duration.ofMillis(700);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, Object> settings;
    private final Cache<Place, Instant> known =
            Caffeine.newBuilder().maximumSize(10_000).build();
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    RecordTimes(KafkaProperties properties, KafkaConnectionDetails connection) {
        settings = new HashMap<>(properties.buildConsumerProperties());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, connection.getBootstrapServers());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 900);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "api-service-record-times");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    }

    /** The times of those that could be read in about a second. */
    synchronized Map<TopicPartition, Instant> at(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        Map<TopicPartition, Long> open = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            Instant time = known.getIfPresent(new Place(partition, offset));
            if (time == null) {
                open.put(partition, offset);
            } else {
                times.put(partition, time);
            }
        });
        if (!open.isEmpty()) {
            read(open).forEach((partition, time) -> {
                known.put(new Place(partition, offsets.getOrDefault(partition, 0L)), time);
                times.put(partition, time);
            });
        }
        return times;
    }

    private Map<TopicPartition, Instant> read(Map<TopicPartition, Long> open) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        KafkaConsumer<byte[], byte[]> reader = consumer();
        reader.assign(open.keySet());
        open.forEach(reader::seek);
        long end = System.nanoTime() + MOST.toNanos();
        while (times.size() < open.size() && System.nanoTime() - end < 0) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (times.putIfAbsent(partition, time(record)) == null) {
                    reader.pause(List.of(partition));
                }
            }
        }
        reader.unsubscribe();
        return times;
    }

    private static Instant time(ConsumerRecord<byte[], byte[]> record) {
        Header written = record.headers().lastHeader(EventHeaders.TIME);
        if (written != null && written.value() != null) {
            try {
                return Instant.parse(new String(written.value(), StandardCharsets.UTF_8));
            } catch (DateTimeParseException foreign) {
                // Somebody else's record: the broker's or the producer's time says enough.
                return Instant.ofEpochMilli(record.timestamp());
            }
        }
        return Instant.ofEpochMilli(record.timestamp());
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        if (consumer == null) {
            consumer = new KafkaConsumer<>(settings);
        }
        return consumer;
    }

    @PreDestroy
    synchronized void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
        }
    }

    private record Place(TopicPartition partition, long offset) {}
}
