package dev.studybuddy.api.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads and writes the table {@code pending_erasures}, which holds the deleted aggregates whose personal data is not
 * yet erased. {@link Outbox} inserts a row together with the event of a deletion.
 */
@Repository
public final class PendingErasures {

    private static final String INSERT = """
            INSERT INTO pending_erasures (aggregate_type, aggregate_id) VALUES (?, ?)
            ON CONFLICT (aggregate_type, aggregate_id) DO NOTHING""";

    private static final String PAGE = """
            SELECT aggregate_type, aggregate_id, at < now() - INTERVAL '30 minutes' AS old FROM pending_erasures
            WHERE (aggregate_type, aggregate_id) > (?, ?) ORDER BY aggregate_type, aggregate_id LIMIT ?""";

    private static final String DELETE = "DELETE FROM pending_erasures WHERE aggregate_type = ? AND aggregate_id = ?";

    private static final String BACKLOG = """
            SELECT count(*) AS pending, COALESCE(EXTRACT(EPOCH FROM now() - min(at)), 0) AS age
            FROM (SELECT at FROM pending_erasures LIMIT 10000) counted""";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final RetryingTransactions transactions;

    PendingErasures(JdbcClient jdbc, JdbcTemplate batches, RetryingTransactions transactions) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.transactions = transactions;
    }

    /**
     * An erasure names a deleted aggregate whose personal data is not yet erased.
     *
     * @param type the code of the aggregate's type
     * @param old whether the deletion is more than half an hour old
     */
    public record Erasure(String type, String id, boolean old) {

        /** This position precedes every erasure. */
        public static final Erasure START = new Erasure("", "", false);
    }

    /**
     * Contains the number and the age of pending erasures.
     *
     * @param pending the number of pending erasures; the count stops at 10 000
     * @param oldest the age of the oldest of the counted ones; zero if there are none
     */
    public record Backlog(long pending, Duration oldest) {}

    /** Adds deleted aggregates in the transaction of their deletion. */
    void addAll(AggregateType type, List<? extends AggregateState> deleted) {
        batches.batchUpdate(
                INSERT,
                deleted.stream()
                        .map(state -> new Object[] {type.code(), state.id()})
                        .toList());
    }

    /** Returns the erasures after a position, in the order of type and id. */
    public List<Erasure> findAfter(Erasure position, int limit) {
        return jdbc.sql(PAGE)
                .params(position.type(), position.id(), limit)
                .query((row, number) -> new Erasure(
                        row.getString("aggregate_type"), row.getString("aggregate_id"), row.getBoolean("old")))
                .list();
    }

    /** Removes erasures that are complete. */
    public void removeAll(List<Erasure> complete) {
        if (complete.isEmpty()) {
            return;
        }
        List<Object[]> keys = complete.stream()
                .map(erasure -> new Object[] {erasure.type(), erasure.id()})
                .toList();
        transactions.run(() -> batches.batchUpdate(DELETE, keys));
    }

    /** Returns the number and the age of the pending erasures. */
    public Backlog backlog() {
        return jdbc.sql(BACKLOG)
                .query((row, number) ->
                        new Backlog(row.getLong("pending"), Duration.ofMillis((long) (row.getDouble("age") * 1000))))
                .single();
    }
}
