package dev.studybuddy.publisher.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a producer that is created at first use, and that is replaced after a fatal error. Several threads may use it.
 */
final class ReplaceableProducer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReplaceableProducer.class);

    private final Map<String, Object> config;
    private @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean unusable;

    ReplaceableProducer(Map<String, Object> config) {
        this.config = config;
    }

    /**
     * Returns the producer. It is created at first use, because its creation fails while the broker's name does not
     * resolve.
     */
    synchronized Producer<byte[], byte[]> get() {
        Producer<byte[], byte[]> current = producer;
        if (current != null && unusable) {
            log.atWarn().log("The producer failed permanently; a new one replaces it");
            producer = null;
            current.close(Duration.ZERO);
            current = null;
        }
        if (current == null) {
            unusable = false;
            current = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            producer = current;
        }
        return current;
    }

    /** Replaces the producer at its next use, because it accepts no further record. */
    void replace() {
        unusable = true;
    }

    /** Closes the producer without waiting for the sends in flight. */
    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }
}
