package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer session is the period in which one idempotent producer is open. The producer has one request at a time in
 * flight to each broker.
 *
 * <p>If the session appends a record to a partition, it has appended every earlier record of that partition that it
 * received. Three facts ensure this promise. The producer sends the next producer batch of a partition only after the
 * answer to the previous one. A broker appends a producer batch whole or not at all. At the first record that fails,
 * the session closes the producer in the callback, on the producer's own thread, which sends nothing afterwards.
 *
 * <pre>OPEN ──first failed record──▶ ENDED (each record without an outcome gets {@code SessionEnded})</pre>
 */
final class ProducerSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProducerSession.class);

    private final long number;
    private final Map<String, Object> config;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param config the configuration of the producer, which is created at the first record; the number of requests in
     *     flight is always 1
     */
    ProducerSession(long number, Map<String, Object> config) {
        this.number = number;
        this.config = new HashMap<>(config);
        // A session keeps its promise only with this value.
        this.config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    }

    long number() {
        return number;
    }

    boolean hasEnded() {
        return ended.get();
    }

    /**
     * Sends a record through the producer. One thread at a time calls this method.
     *
     * @return whether the producer accepted the record; if not, the sink receives no outcome
     */
    // The callback reports the result, so the future is not needed.
    @SuppressWarnings("FutureReturnValueIgnored")
    boolean send(OutboxRow row, ProducerRecord<byte[], byte[]> record, EventSender.OutcomeSink sink) {
        if (ended.get()) {
            return false;
        }
        RecordCallback callback = new RecordCallback(row, sink, Thread.currentThread());
        try {
            Producer<byte[], byte[]> current = producer;
            if (current == null) {
                current = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                producer = current;
            }
            current.send(record, callback);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            log.atDebug()
                    .addKeyValue("event", row.id())
                    .setCause(e)
                    .log("The producer session did not accept the record");
            return false;
        }
        return !callback.refusedByClient;
    }

    /** Receives the result of one record. */
    private final class RecordCallback implements Callback {

        private final OutboxRow row;
        private final EventSender.OutcomeSink sink;
        private final Thread sendingThread;
        private boolean refusedByClient;

        RecordCallback(OutboxRow row, EventSender.OutcomeSink sink, Thread sendingThread) {
            this.row = row;
            this.sink = sink;
            this.sendingThread = sendingThread;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, @Nullable Exception error) {
            if (error == null) {
                sink.accept(row, new SendOutcome.Acknowledged(metadata.partition(), metadata.offset()));
            } else if (Thread.currentThread() == sendingThread) {
                // The client refuses a record during the call, before the record joins a batch.
                refusedByClient = true;
                log.atDebug().addKeyValue("event", row.id()).setCause(error).log("The client refused the record");
            } else if (ended.compareAndSet(false, true)) {
                end();
                log.atInfo()
                        .addKeyValue("event", row.id())
                        .addKeyValue("topicPartition", metadata.topic() + "-" + metadata.partition())
                        .setCause(error)
                        .log("A record failed and ended its producer session; unacknowledged events are sent again");
                sink.accept(row, new SendOutcome.SessionEnded(SendErrors.outcome(error)));
            } else {
                sink.accept(row, new SendOutcome.SessionEnded(null));
            }
        }
    }

    private void end() {
        Producer<byte[], byte[]> current = producer;
        if (current != null) {
            current.close(Duration.ZERO);
        }
    }

    /** Ends the session. Each record without an outcome gets the outcome {@link SendOutcome.SessionEnded}. */
    @Override
    public void close() {
        ended.set(true);
        end();
    }
}
