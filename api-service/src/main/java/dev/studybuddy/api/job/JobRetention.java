package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.IndexedValues;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.retention.RetentionProperties;
import dev.studybuddy.api.retention.RetentionRule;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes the finished jobs that are older than their retention. It keeps the newest job of each kind and subject, and
 * the newest completed one, because schedules and metrics read them.
 */
@Component
final class JobRetention implements RetentionRule {

    private static final String DELETE = """
            DELETE FROM jobs WHERE id IN (
              SELECT j.id FROM jobs j
              WHERE j.kind = :kind AND j.finished_at < now() - :keep * INTERVAL '1 second'
                AND EXISTS (SELECT 1 FROM jobs n WHERE n.kind = j.kind AND n.subject = j.subject
                  AND (n.created_at, n.id) > (j.created_at, j.id))
                AND (j.state <> 'done' OR EXISTS (SELECT 1 FROM jobs n WHERE n.kind = j.kind AND n.subject = j.subject
                  AND n.state = 'done' AND (n.finished_at, n.id) > (j.finished_at, j.id)))
              ORDER BY j.finished_at, j.id LIMIT :limit)""";

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final RetentionProperties properties;
    private final IndexedValues kinds;

    JobRetention(JdbcClient jdbc, RetryingTransactions transactions, RetentionProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.kinds = new IndexedValues(jdbc, "jobs", "kind");
    }

    @Override
    public String table() {
        return "jobs";
    }

    @Override
    public int removeBatch() {
        return kinds.changeFirst(kind -> transactions.run(() -> jdbc.sql(DELETE)
                .param("kind", kind)
                .param("keep", properties.jobs().toSeconds())
                .param("limit", BATCH_ROWS)
                .update()));
    }
}
