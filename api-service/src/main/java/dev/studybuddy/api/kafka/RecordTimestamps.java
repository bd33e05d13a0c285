package dev.studybuddy.api.kafka;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.EventHeaders;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads the times at which the events at given offsets were written. Its consumer has no group, so it moves the
 * position of no group.
 */
@Component
public final class RecordTimestamps {

    private static final Duration FETCH_LIMIT = Duration.ofMillis(700);
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

    private final Map<String, Object> settings;
    private final MonotonicClock clock;
    private final Cache<Position, Instant> cache =
            Caffeine.newBuilder().maximumSize(10_000).build();
    /**
     * A synchronized block in place of this lock would pin the carrier thread while a virtual thread waits for Kafka.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    RecordTimestamps(ConsumerFactory<?, ?> configured, MonotonicClock clock) {
        settings = new HashMap<>(configured.getConfigurationProperties());
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        // A record may decompress to many megabytes, so the client decompresses one record at a time.
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 900);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "api-service-record-times");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.clock = clock;
    }

    /**
     * Returns the times at which the events at the given offsets were written. An event is absent if it was deleted or
     * cannot be read within about one second.
     */
    public Map<TopicPartition, Instant> read(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        Map<TopicPartition, Long> missing = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            Instant time = cache.getIfPresent(new Position(partition, offset));
            if (time == null) {
                missing.put(partition, offset);
            } else {
                times.put(partition, time);
            }
        });
        if (!missing.isEmpty()) {
            fetchAlone(missing).forEach((partition, time) -> {
                cache.put(new Position(partition, offsets.getOrDefault(partition, 0L)), time);
                times.put(partition, time);
            });
        }
        return times;
    }

    private Map<TopicPartition, Instant> fetchAlone(Map<TopicPartition, Long> missing) {
        lock.lock();
        try {
            return fetch(missing);
        } finally {
            lock.unlock();
        }
    }

    private Map<TopicPartition, Instant> fetch(Map<TopicPartition, Long> missing) {
        KafkaConsumer<byte[], byte[]> reader = consumer();
        reader.assign(missing.keySet());
        missing.forEach(reader::seek);
        try {
            return poll(reader, new HashSet<>(missing.keySet()));
        } finally {
            reader.unsubscribe();
        }
    }

    /**
     * Polls one record of each partition. The consumer keeps the last record of each partition in memory until the
     * partition is no longer assigned. Therefore the method unassigns a partition as soon as it has read its record.
     */
    private Map<TopicPartition, Instant> poll(KafkaConsumer<byte[], byte[]> reader, Set<TopicPartition> unread) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        long deadlineNanos = clock.nanos() + FETCH_LIMIT.toNanos();
        while (!unread.isEmpty() && clock.nanos() - deadlineNanos < 0) {
            boolean changed = false;
            try {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL_TIMEOUT)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    times.put(partition, writtenAt(record));
                    changed |= unread.remove(partition);
                }
            } catch (InvalidOffsetException gone) {
                // Kafka has deleted these records, or the topic was truncated or created again. The other partitions
                // are still read.
                changed = unread.removeAll(gone.partitions());
            }
            if (changed) {
                reader.assign(unread);
            }
        }
        return times;
    }

    private static Instant writtenAt(ConsumerRecord<byte[], byte[]> record) {
        Header written = record.headers().lastHeader(EventHeaders.TIME);
        if (written != null && written.value() != null) {
            try {
                return Instant.parse(new String(written.value(), StandardCharsets.UTF_8));
            } catch (DateTimeParseException malformed) {
                // Another producer wrote this record; the timestamp of the broker or the producer is accurate enough.
                return Instant.ofEpochMilli(record.timestamp());
            }
        }
        return Instant.ofEpochMilli(record.timestamp());
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        if (consumer == null) {
            consumer = new KafkaConsumer<>(settings, new EmptyDeserializer(), new EmptyDeserializer());
        }
        return consumer;
    }

    @PreDestroy
    void close() {
        lock.lock();
        try {
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
            }
        } finally {
            lock.unlock();
        }
    }

    private record Position(TopicPartition partition, long offset) {}
}
