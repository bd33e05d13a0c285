package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import dev.studybuddy.publisher.trace.PublishSpan;
import dev.studybuddy.publisher.trace.PublishTraces;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends rows with idempotent producers and {@code acks=all}. Rows that are sent alone and dead letters share one
 * producer. Chained rows use the open producer session, so that its end does not delay the other rows. Probes and other
 * isolated rows use a third producer with connections of its own, so that a partition that does not answer delays only
 * isolated rows.
 */
public final class KafkaEventSender implements EventSender, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaEventSender.class);

    private static final String UNCHECKED_REASON = "the publisher has not checked the topic yet";

    private final TopicMonitor topicMonitor;
    private final EventRecords records;
    private final PublishTraces traces;
    private final Map<String, Object> sessionConfig;
    private final ReplaceableProducer single;
    private final ReplaceableProducer isolated;
    private ProducerSession session;
    private boolean closed;

    /**
     * @param configs the configurations of the producers
     * @param source the value of the header {@code ce_source}
     */
    public KafkaEventSender(
            TopicMonitor topicMonitor, ProducerConfigs configs, String source, JsonMapper json, PublishTraces traces) {
        NativeLz4.load();
        this.topicMonitor = topicMonitor;
        this.sessionConfig = configs.chains();
        this.single = new ReplaceableProducer(configs.single());
        this.isolated = new ReplaceableProducer(configs.isolated());
        this.records = new EventRecords(topicMonitor.settings(), source, json);
        this.traces = traces;
        this.session = new ProducerSession(1, sessionConfig);
    }

    @Override
    public void send(OutboxRow row, OutcomeSink sink) {
        sendBy(single, row, sink);
    }

    @Override
    public void sendIsolated(OutboxRow row, OutcomeSink sink) {
        sendBy(isolated, row, sink);
    }

    private void sendBy(ReplaceableProducer producer, OutboxRow row, OutcomeSink sink) {
        SendOutcome blocked = blockedOutcome(row);
        if (blocked != null) {
            sink.accept(row, blocked);
            return;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = records.toRecord(row);
        } catch (RuntimeException e) {
            sink.accept(row, classifyBuildFailure(row, e));
            return;
        }
        submit(producer, row, record, traces.start(record).endBefore(sink), true);
    }

    @Override
    public synchronized long openProducerSession() {
        if (session.hasEnded() && !closed) {
            session = new ProducerSession(session.number() + 1, sessionConfig);
        }
        return session.number();
    }

    @Override
    public boolean sendChained(OutboxRow row, long number, OutcomeSink sink) {
        ProducerSession current = sessionOf(number);
        if (current == null || blockedOutcome(row) != null) {
            return false;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = records.toRecord(row);
        } catch (RuntimeException e) {
            classifyBuildFailure(row, e);
            return false;
        }
        PublishSpan span = traces.start(record);
        boolean accepted = current.send(row, record, span.endBefore(sink));
        if (!accepted) {
            span.abandon();
        }
        return accepted;
    }

    private synchronized @Nullable ProducerSession sessionOf(long number) {
        return session.number() == number && !session.hasEnded() ? session : null;
    }

    @Override
    public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
        OptionalInt partitions =
                topicMonitor.deadLetterPartitions(row.aggregate().type());
        if (partitions.isEmpty()) {
            // The producer would wait for the metadata of an absent topic, and the outbox keeps the dead letter anyway.
            sink.accept(row, new SendOutcome.TopicBlocked("the dead-letter topic accepts no records"));
            return;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = records.deadLetter(row, reason, partitions.getAsInt());
        } catch (RuntimeException e) {
            sink.accept(row, classifyBuildFailure(row, e));
            return;
        }
        submit(single, row, record, sink, false);
    }

    /**
     * Returns the outcome of a row whose record cannot be built, which is always the fault of the row. The reason why a
     * row has no content stays as it is, because readers of {@code last_error} compare its beginning.
     */
    static SendOutcome classifyBuildFailure(OutboxRow row, RuntimeException error) {
        log.atDebug()
                .addKeyValue("event", row.id())
                .setCause(error)
                .log("The publisher could not build the record of an event and rejects this attempt to send it");
        String contentFault = row.contentFault();
        return new SendOutcome.Refused(
                contentFault == null ? "the record cannot be built: " + SendErrors.describe(error) : contentFault);
    }

    private @Nullable SendOutcome blockedOutcome(OutboxRow row) {
        String type = row.aggregate().type();
        Optional<String> impossibility = topicMonitor.findImpossibility(type);
        if (impossibility.isPresent()) {
            return new SendOutcome.Refused(impossibility.get());
        }
        TopicState state = topicMonitor.state(type);
        String reason = blockReason(state);
        if (reason == null) {
            return null;
        }
        return state instanceof TopicState.Unchecked
                ? new SendOutcome.TopicUnchecked(reason)
                : new SendOutcome.TopicBlocked(reason);
    }

    @Override
    public @Nullable String blockReason(String aggregateType) {
        // An event of an impossible type does not wait: the publisher rejects it.
        return topicMonitor.findImpossibility(aggregateType).isPresent()
                ? null
                : blockReason(topicMonitor.state(aggregateType));
    }

    private static @Nullable String blockReason(TopicState state) {
        return switch (state) {
            case TopicState.Ready ready -> null;
            case TopicState.Unchecked unchecked -> UNCHECKED_REASON;
            case TopicState.Blocked blocked -> blocked.reason();
            // A send shows whether a topic that was ready still is.
            case TopicState.Unreachable unreachable -> unreachable.wasReady() ? null : unreachable.reason();
        };
    }

    @Override
    public int partition(Aggregate aggregate) {
        return topicMonitor.settings().partition(aggregate.id().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean areBrokersReachable() {
        return topicMonitor.areBrokersReachable();
    }

    // The callback reports the result, so the future is not needed.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void submit(
            ReplaceableProducer producer,
            OutboxRow row,
            ProducerRecord<byte[], byte[]> record,
            OutcomeSink sink,
            boolean invalidatesTopic) {
        try {
            producer.get().send(record, (metadata, error) -> {
                if (error == null) {
                    sink.accept(
                            row,
                            new SendOutcome.Acknowledged(
                                    metadata.partition(),
                                    metadata.hasOffset() ? metadata.offset() : SendOutcome.NO_OFFSET));
                } else {
                    reportFailure(producer, row, error, sink, invalidatesTopic);
                }
            });
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            sink.accept(row, new SendOutcome.PartitionUnavailable("the sending thread was interrupted"));
        } catch (RuntimeException e) {
            reportFailure(producer, row, e, sink, invalidatesTopic);
        }
    }

    private void reportFailure(
            ReplaceableProducer producer, OutboxRow row, Throwable error, OutcomeSink sink, boolean invalidatesTopic) {
        SendOutcome outcome = SendErrors.outcome(error);
        if (SendErrors.isFatal(error)) {
            producer.replace();
        }
        if (outcome instanceof SendOutcome.TopicBlocked && invalidatesTopic) {
            topicMonitor.invalidate(row.aggregate().type());
        }
        log.atDebug().addKeyValue("event", row.id()).setCause(error).log("The send failed");
        sink.accept(row, outcome);
    }

    /** Closes the producers without waiting for the sends in flight. */
    @Override
    public synchronized void close() {
        closed = true;
        session.close();
        single.close();
        isolated.close();
    }
}
