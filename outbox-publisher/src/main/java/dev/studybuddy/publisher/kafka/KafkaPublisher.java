package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.OutboxRow;
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

/** Sends by an idempotent producer with {@code acks=all}; a producer that is of no more use is replaced. */
public final class KafkaPublisher implements EventSender, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);

    private static final String UNCHECKED = "its topic is being looked at";

    private final Topics topics;
    private final EventRecords records;
    private final Map<String, Object> config;
    private @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean broken;

    /**
     * @param config of the producer
     * @param source what {@code ce_source} says
     */
    public KafkaPublisher(Topics topics, Map<String, Object> config, String source, JsonMapper json) {
        NativeLz4.load();
        this.topics = topics;
        this.config = config;
        this.records = new EventRecords(topics.rules(), source, json);
    }

    @Override
    public void send(OutboxRow row, OutcomeSink sink) {
        switch (topics.state(row.aggregate().type())) {
            case TopicState.Ready ready -> hand(row, () -> records.event(row), sink, true);
            case TopicState.Unchecked unchecked -> sink.accept(row, new SendOutcome.TopicBlocked(UNCHECKED));
            case TopicState.Blocked blocked -> sink.accept(row, new SendOutcome.TopicBlocked(blocked.reason()));
            case TopicState.Unreachable away -> sink.accept(row, new SendOutcome.BrokerAway(away.reason()));
        }
    }

    @Override
    public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
        hand(row, () -> records.deadLetter(row, reason), sink, false);
    }

    @Override
    public @Nullable String blockReason(String aggregateType) {
        return switch (topics.state(aggregateType)) {
            case TopicState.Ready ready -> null;
            case TopicState.Unchecked unchecked -> UNCHECKED;
            case TopicState.Blocked blocked -> blocked.reason();
            case TopicState.Unreachable away -> away.reason();
        };
    }

    // The callback tells what the future would.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void hand(
            OutboxRow row, Supplier<ProducerRecord<byte[], byte[]>> record, OutcomeSink sink, boolean doubtsTopic) {
        try {
            producer().send(record.get(), (metadata, error) -> {
                if (error == null) {
                    sink.accept(row, new SendOutcome.Acknowledged(metadata.partition(), metadata.offset()));
                } else {
                    failed(row, error, sink, doubtsTopic);
                }
            });
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            sink.accept(row, new SendOutcome.BrokerAway("interrupted"));
        } catch (RuntimeException e) {
            failed(row, e, sink, doubtsTopic);
        }
    }

    private void failed(OutboxRow row, Throwable error, OutcomeSink sink, boolean doubtsTopic) {
        SendOutcome outcome = SendErrors.outcome(error);
        if (SendErrors.mayBeFatal(error)) {
            broken = true;
        }
        if (outcome instanceof SendOutcome.TopicBlocked && doubtsTopic) {
            topics.doubt(row.aggregate().type());
        }
        log.atDebug().addKeyValue("event", row.id()).setCause(error).log("Not acknowledged");
        sink.accept(row, outcome);
    }

    /** The producer; made at first use, since it can't be made while the broker's name is unknown. */
    private synchronized Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current != null && broken) {
            log.atWarn().log("Producer replaced after an error that it does not recover from");
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

    /** Gives up what is under way. */
    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }
}
