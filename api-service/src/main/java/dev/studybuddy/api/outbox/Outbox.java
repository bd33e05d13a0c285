package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventKind;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.outbox.WakeUp;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes events into the outbox in the caller's transaction. */
@Component
public final class Outbox {

    private static final String INSERT = """
            INSERT INTO outbox
              (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers)
            VALUES (?, ?, ?, ?, ?, ?, CAST(? AS jsonb), CAST(? AS jsonb))
            """;

    private final JdbcTemplate jdbc;
    private final WakeUpSender wakeUpSender;
    private final OutboxHeaders outboxHeaders;
    private final EventSchema eventSchema;
    private final PendingErasures erasures;

    Outbox(
            JdbcTemplate jdbc,
            WakeUpSender wakeUpSender,
            OutboxHeaders outboxHeaders,
            EventSchema eventSchema,
            PendingErasures erasures) {
        this.jdbc = jdbc;
        this.wakeUpSender = wakeUpSender;
        this.outboxHeaders = outboxHeaders;
        this.eventSchema = eventSchema;
        this.erasures = erasures;
    }

    /**
     * Writes the event of one change and sends the publishers a wake-up after the commit. The event of a deletion also
     * requests the erasure of the aggregate's personal data.
     *
     * @param state the whole state after the change; for a deletion, the state that remains
     * @throws IllegalStateException if no transaction is active
     */
    public void append(AggregateType type, EventKind kind, AggregateState state) {
        appendAll(type, kind, List.of(state));
    }

    /**
     * Writes the events of many changes in one batch, like {@link #append}.
     *
     * @param states the whole state after each change; if the list is empty, the method writes nothing
     * @throws IllegalStateException if no transaction is active
     */
    public void appendAll(AggregateType type, EventKind kind, List<? extends AggregateState> states) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "no transaction is active; an event must be written in the transaction of its change");
        }
        if (states.isEmpty()) {
            return;
        }
        String event = type.event(kind);
        int schema = eventSchema.current();
        String headers = outboxHeaders.toJson(schema);
        List<Object[]> rows = states.stream()
                .map(state -> new Object[] {
                    Shards.of(type.code(), state.id()),
                    type.code(),
                    state.id(),
                    state.version(),
                    UUID.randomUUID(),
                    event,
                    eventSchema.write(type, schema, state),
                    headers
                })
                .toList();
        if (rows.size() == 1) {
            jdbc.update(INSERT, rows.getFirst());
        } else {
            jdbc.batchUpdate(INSERT, rows);
        }
        if (kind == EventKind.DELETED) {
            erasures.addAll(type, states);
        }
        WakeUp wakeUp = states.stream()
                .map(state -> WakeUp.of(Shards.of(type.code(), state.id())))
                .reduce(new WakeUp(0), WakeUp::and);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wakeUpSender.enqueue(wakeUp);
            }
        });
    }
}
