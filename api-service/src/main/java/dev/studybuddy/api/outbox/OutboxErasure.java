package dev.studybuddy.api.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.outbox.PendingErasures.Erasure;
import dev.studybuddy.outbox.Shards;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Removes the payloads of deleted aggregates from the outbox. Processed rows are deleted, which the predecessor rule
 * permits. Dead-lettered rows lose their payload, so that they can only be discarded. Pending rows stay until they are
 * published. The event of the deletion stays, because it contains no personal data and the read models need it.
 */
@Repository
public final class OutboxErasure {

    private static final String OF_AGGREGATES =
            " (shard, aggregate_type, aggregate_id) IN ({aggregates}) AND event_type NOT LIKE '%.deleted'";

    private static final String DELETE =
            "DELETE FROM outbox WHERE" + OF_AGGREGATES + " AND processed AND dead_lettered_at IS NULL";

    private static final String BLANK = "UPDATE outbox SET payload = CAST('{}' AS jsonb) WHERE" + OF_AGGREGATES
            + " AND dead_lettered_at IS NOT NULL AND payload <> CAST('{}' AS jsonb)";

    /** The cast prevents the planner from using the pending index, which would read all pending rows of the shards. */
    private static final String PENDING = "SELECT DISTINCT aggregate_id FROM outbox WHERE"
            + " (shard, aggregate_type, aggregate_id) IN ({aggregates}) AND CAST(processed AS INTEGER) = 0";

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;

    OutboxErasure(JdbcClient jdbc, RetryingTransactions transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Erases the payloads of deleted aggregates, and returns the ids of those that still have pending rows. */
    public Set<String> erase(List<Erasure> aggregates) {
        return transactions.run(() -> {
            statement(DELETE, aggregates).update();
            statement(BLANK, aggregates).update();
            return Set.copyOf(statement(PENDING, aggregates).query(String.class).list());
        });
    }

    private JdbcClient.StatementSpec statement(String sql, List<Erasure> aggregates) {
        String tuples = String.join(", ", Collections.nCopies(aggregates.size(), "(?, ?, ?)"));
        return jdbc.sql(sql.replace("{aggregates}", tuples))
                .params(aggregates.stream()
                        .flatMap(one -> Stream.<Object>of(Shards.of(one.type(), one.id()), one.type(), one.id()))
                        .toList());
    }
}
