package dev.studybuddy.api.audit;

import dev.studybuddy.api.cockroach.IndexedValues;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.retention.RetentionProperties;
import dev.studybuddy.api.retention.RetentionRule;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Deletes the rows of {@code admin_audit} that are older than their retention. */
@Component
final class AuditRetention implements RetentionRule {

    private static final String DELETE = """
            DELETE FROM admin_audit WHERE id IN (
              SELECT id FROM admin_audit WHERE action = :action AND at < now() - :keep * INTERVAL '1 second'
              ORDER BY at, id LIMIT :limit)""";

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final RetentionProperties properties;
    private final IndexedValues actions;

    AuditRetention(JdbcClient jdbc, RetryingTransactions transactions, RetentionProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.actions = new IndexedValues(jdbc, "admin_audit", "action");
    }

    @Override
    public String table() {
        return "admin_audit";
    }

    @Override
    public int removeBatch() {
        return actions.changeFirst(action -> transactions.run(() -> jdbc.sql(DELETE)
                .param("action", action)
                .param("keep", properties.audit().toSeconds())
                .param("limit", BATCH_ROWS)
                .update()));
    }
}
