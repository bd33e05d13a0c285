package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Sends rows with an idempotent producer and {@code acks=all}. It replaces a producer that has become unusable. */
public final class KafkaPublisher implements EventSender, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);

    private static final String UNCHECKED_REASON = "its topic has not been checked yet";

    private final TopicMonitor topicMonitor;
    private final EventRecords records;
    private final Map<String, Object> config;
    private @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean broken;

    /**
     * @param config the configuration of the producer
     * @param source the value of the header {@code ce_source}
     */
    public KafkaPublisher(TopicMonitor topicMonitor, Map<String, Object> config, String source, JsonMapper json) {
        NativeLz4.load();
        this.topicMonitor = topicMonitor;
        this.config = config;
        this.records = new EventRecords(topicMonitor.settings(), source, json);
    }

    @Override
    public void send(OutboxRow row, OutcomeSink sink) {
        switch (topicMonitor.state(row.aggregate().type())) {
            case TopicState.Ready ready -> submit(row, () -> records.event(row), sink, true);
            case TopicState.Unchecked unchecked -> sink.accept(row, new SendOutcome.TopicBlocked(UNCHECKED_REASON));
            case TopicState.Blocked blocked -> sink.accept(row, new SendOutcome.TopicBlocked(blocked.reason()));
            case TopicState.Unreachable unreachable ->
                sink.accept(row, new SendOutcome.BrokerUnavailable(unreachable.reason()));
        }
    }

    @Override
    public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
        submit(row, () -> records.deadLetter(row, reason), sink, false);
    }

    @Override
    public @Nullable String blockReason(String aggregateType) {
        return switch (topicMonitor.state(aggregateType)) {
            case TopicState.Ready ready -> null;
            case TopicState.Unchecked unchecked -> UNCHECKED_REASON;
            case TopicState.Blocked blocked -> blocked.reason();
            case TopicState.Unreachable unreachable -> unreachable.reason();
        };
    }

    // The callback reports the result, so the future is not needed.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void submit(
            OutboxRow row,
            Supplier<ProducerRecord<byte[], byte[]>> record,
            OutcomeSink sink,
            boolean invalidatesTopic) {
        try {
            producer().send(record.get(), (metadata, error) -> {
                if (error == null) {
                    sink.accept(row, new SendOutcome.Acknowledged(metadata.partition(), metadata.offset()));
                } else {
                    handleFailure(row, error, sink, invalidatesTopic);
                }
            });
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            sink.accept(row, new SendOutcome.BrokerUnavailable("interrupted"));
        } catch (RuntimeException e) {
            handleFailure(row, e, sink, invalidatesTopic);
        }
    }

    private void handleFailure(OutboxRow row, Throwable error, OutcomeSink sink, boolean invalidatesTopic) {
        SendOutcome outcome = SendErrors.outcome(error);
        if (SendErrors.mayBeFatal(error)) {
            broken = true;
        }
        if (outcome instanceof SendOutcome.TopicBlocked && invalidatesTopic) {
            topicMonitor.invalidate(row.aggregate().type());
        }
        log.atDebug().addKeyValue("event", row.id()).setCause(error).log("The send failed");
        sink.accept(row, outcome);
    }

    /**
     * Returns the producer. It is created at first use, because its creation fails while the broker's name does not
     * resolve.
     */
    private synchronized Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current != null && broken) {
            log.atWarn().log("The producer failed permanently; a new one replaces it");
            producer = null;
            current.close(Duration.ZERO);
            current = null;
        }
        if (current == null) {
            broken = false;
            current = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            producer = current;
        }
        return current;
    }

    /** Closes the producer without waiting for the sends in flight. */
    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }
}
