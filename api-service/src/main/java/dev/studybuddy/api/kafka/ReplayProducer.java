package dev.studybuddy.api.kafka;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.DeadLetter;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends dead letters to their topics again, with the same bytes and with the header {@code retry_count} raised by one.
 */
@Component
public final class ReplayProducer {

    private static final Duration SEND_TIMEOUT = Duration.ofMillis(2500);
    /** A request needs this time to record a replay after Kafka acknowledged it. */
    private static final Duration RECORDING_TIME = Duration.ofMillis(500);

    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    ReplayProducer(ProducerFactory<?, ?> configured) {
        settings = new HashMap<>(configured.getConfigurationProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1500);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) SEND_TIMEOUT.toMillis());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "api-service-replay");
    }

    /**
     * Sends a dead letter to its topic and waits until Kafka acknowledges it.
     *
     * @throws KafkaException if Kafka refuses the record or does not acknowledge it in time
     */
    public void send(DeadLetter deadLetter) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                deadLetter.topic(), deadLetter.partition(), bytes(deadLetter.key()), bytes(deadLetter.value()));
        for (DeadLetter.Header header : deadLetter.headers()) {
            if (!header.name().equals(EventHeaders.REPLAY_COUNT)) {
                record.headers().add(header.name(), bytes(header.value()));
            }
        }
        byte[] count = String.valueOf(deadLetter.replayCount() + 1).getBytes(StandardCharsets.UTF_8);
        record.headers().add(EventHeaders.REPLAY_COUNT, count);
        try {
            Duration limit = Deadline.runReserving(RECORDING_TIME, () -> Deadline.limit(SEND_TIMEOUT));
            producer().send(record).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw new KafkaException("Kafka did not acknowledge a replayed dead letter", failed.getCause());
        } catch (TimeoutException timedOut) {
            throw new KafkaException("Kafka did not acknowledge a replayed dead letter in time", timedOut);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException(
                    "the thread was interrupted while it waited for Kafka's acknowledgement", interrupted);
        }
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = new KafkaProducer<>(settings);
        }
        return producer;
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
        }
    }

    private static byte @Nullable [] bytes(@Nullable Binary binary) {
        return binary == null ? null : binary.getData();
    }
}
