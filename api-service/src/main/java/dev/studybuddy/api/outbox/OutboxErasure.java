package dev.studybuddy.api.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.outbox.PendingErasures.Erasure;
import dev.studybuddy.outbox.Shards;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Removes the payloads of deleted aggregates from the outbox. The rows of acknowledged events are deleted, which the
 * predecessor rule permits. Dead-lettered rows lose their payload, so that an operator can only discard them. Pending
 * rows stay until they are published. The event of the deletion stays, because it contains no personal data and the
 * read models need it.
 *
 * <p>A statement changes at most 500 rows, so that it ends in time, however many rows a hot aggregate has.
 */
@Repository
public final class OutboxErasure {

    private static final int MAX_ROWS = 500;

    /**
     * A condition casts {@code processed}, because the planner could otherwise use an index of pending or processed
     * rows, which would read all such rows of the shards. The primary key must find the rows.
     */
    private static final String FIRST_OF_AGGREGATES = """
            (shard, aggregate_type, aggregate_id, aggregate_version, id) IN (
              SELECT shard, aggregate_type, aggregate_id, aggregate_version, id FROM outbox
              WHERE (shard, aggregate_type, aggregate_id) IN ({aggregates}) AND aggregate_version >= ?
                AND event_type NOT LIKE '%.deleted' AND {condition}
              ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT {limit})
            RETURNING aggregate_version""".replace("{limit}", Integer.toString(MAX_ROWS));

    private static final String DELETE = "DELETE FROM outbox WHERE "
            + FIRST_OF_AGGREGATES.replace("{condition}", "CAST(processed AS INTEGER) = 1 AND dead_lettered_at IS NULL");

    private static final String BLANK = "UPDATE outbox SET payload = CAST('{}' AS jsonb) WHERE "
            + FIRST_OF_AGGREGATES.replace(
                    "{condition}",
                    "CAST(processed AS INTEGER) = 1 AND dead_lettered_at IS NOT NULL"
                            + " AND payload <> CAST('{}' AS jsonb)");

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
        Optional<Set<String>> pending = eraseFewRows(aggregates);
        while (pending.isEmpty()) {
            for (Erasure aggregate : aggregates) {
                changeAllRows(DELETE, aggregate);
                changeAllRows(BLANK, aggregate);
            }
            pending = eraseFewRows(aggregates);
        }
        return pending.get();
    }

    /** Returns the ids of those aggregates that have pending rows. */
    public Set<String> findPending(List<Erasure> aggregates) {
        return Set.copyOf(jdbc.sql(ofAggregates(PENDING, aggregates))
                .params(keys(aggregates))
                .query(String.class)
                .list());
    }

    /**
     * Erases the payloads of aggregates that have few rows, and returns the ids of those that still have pending rows;
     * empty if more rows may be left. One transaction changes the rows and searches for pending ones, so that no row
     * changes its state between both.
     */
    private Optional<Set<String>> eraseFewRows(List<Erasure> aggregates) {
        return transactions.run(() -> {
            boolean complete = changeRows(DELETE, aggregates, 0).size() < MAX_ROWS
                    && changeRows(BLANK, aggregates, 0).size() < MAX_ROWS;
            return complete ? Optional.of(findPending(aggregates)) : Optional.empty();
        });
    }

    /**
     * Changes the rows of one aggregate, with a transaction for each statement. Each statement begins at the version at
     * which the previous one ended, so that it does not read the deleted rows again.
     */
    private void changeAllRows(String sql, Erasure aggregate) {
        long fromVersion = 0;
        boolean complete = false;
        while (!complete) {
            long from = fromVersion;
            List<Long> versions = transactions.run(() -> changeRows(sql, List.of(aggregate), from));
            complete = versions.size() < MAX_ROWS;
            fromVersion = versions.stream().max(Comparator.naturalOrder()).orElse(from);
        }
    }

    /** Changes at most {@link #MAX_ROWS} rows from a version on, and returns their versions. */
    private List<Long> changeRows(String sql, List<Erasure> aggregates, long fromVersion) {
        return jdbc.sql(ofAggregates(sql, aggregates))
                .params(keys(aggregates))
                .param(fromVersion)
                .query((row, number) -> row.getLong("aggregate_version"))
                .list();
    }

    private static String ofAggregates(String sql, List<Erasure> aggregates) {
        return sql.replace("{aggregates}", String.join(", ", Collections.nCopies(aggregates.size(), "(?, ?, ?)")));
    }

    private static List<Object> keys(List<Erasure> aggregates) {
        return aggregates.stream()
                .flatMap(one -> Stream.<Object>of(Shards.of(one.type(), one.id()), one.type(), one.id()))
                .toList();
    }
}
