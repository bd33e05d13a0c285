package dev.studybuddy.api.audit;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.deadline.Deadline;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records administrative changes and reads of personal data, each as a row of {@code admin_audit}. */
@Component
public final class AdminAuditLog {

    private static final String INSERT = """
            INSERT INTO admin_audit (id, actor, action, target, detail) VALUES (?, ?, ?, ?, CAST(? AS jsonb))""";

    private static final String OUTCOME = "outcome";
    private static final String UPDATE_DETAIL = "UPDATE admin_audit SET detail = CAST(? AS jsonb) WHERE id = ?";

    private static final Logger LOG = LoggerFactory.getLogger(AdminAuditLog.class);

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final JsonMapper json;
    private final AuditList list;

    AdminAuditLog(JdbcClient jdbc, RetryingTransactions transactions, JsonMapper json, AuditList list) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.json = json;
        this.list = list;
    }

    /**
     * Records a change or a read, in the caller's transaction if one is active.
     *
     * @param action the name of the change or read, for example {@code dead-letter.replay}
     * @param target the object that was changed or read, for example {@code user/<id>} or the id of a job
     * @param detail further facts about the change or read
     */
    public void record(Caller caller, String action, String target, Map<String, ?> detail) {
        insert(UUID.randomUUID(), caller, action, target, detail);
    }

    /**
     * Runs and records a change that is not made by SQL. The row is inserted before the change, so that no change lacks
     * its row, and the method adds the outcome to the row after the change. If the outcome of a row stays {@code
     * begun}, the process crashed or lost the database before it could record the outcome.
     *
     * @throws IllegalStateException if a transaction is active
     * @throws RuntimeException if the change throws it, or if the row cannot be inserted; without the row the change
     *     does not run
     */
    public <T> T runRecorded(Caller caller, String action, String target, Supplier<T> change) {
        return runRecorded(caller, action, target, change, result -> Map.of());
    }

    /**
     * Runs and records a change that is not made by SQL and whose details follow from its result, like
     * {@link #runRecorded(Caller, String, String, Supplier)}.
     *
     * @param detail returns the facts to record about the result, in addition to the outcome
     */
    public <T> T runRecorded(
            Caller caller, String action, String target, Supplier<T> change, Function<T, Map<String, ?>> detail) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "a transaction is active; its rollback would remove the audit row, although the change stays");
        }
        UUID id = UUID.randomUUID();
        insert(id, caller, action, target, Map.of(OUTCOME, "begun"));
        T result;
        try {
            result = change.get();
        } catch (RuntimeException | Error failed) {
            recordOutcome(id, action, target, Map.of(OUTCOME, "failed"));
            throw failed;
        }
        Map<String, Object> done = new TreeMap<>(detail.apply(result));
        done.put(OUTCOME, "done");
        recordOutcome(id, action, target, done);
        return result;
    }

    /**
     * Returns the matching entries before a position, newest first.
     *
     * @param before the time of the position
     * @param beforeId the id of the position, which orders entries with equal times
     * @param limit the largest number of entries to return
     */
    public List<Entry> find(AuditCriteria criteria, Instant before, UUID beforeId, int limit) {
        return list.find(criteria, before, beforeId, limit);
    }

    private void insert(UUID id, Caller caller, String action, String target, Map<String, ?> detail) {
        String text = json.writeValueAsString(detail);
        transactions.run(() -> jdbc.sql(INSERT)
                .params(id, caller.userId(), action, target, text)
                .update());
    }

    private void recordOutcome(UUID id, String action, String target, Map<String, ?> detail) {
        String text = json.writeValueAsString(detail);
        // The change may have used the whole time of the request.
        Deadline.ensure(Deadline.LAST_STATEMENT_TIME);
        try {
            transactions.run(() -> jdbc.sql(UPDATE_DETAIL).params(text, id).update());
        } catch (DataAccessException | TransactionException failure) {
            // The change has ended and its row exists, so the caller gets the result of the change.
            LOG.atWarn()
                    .addKeyValue("action", action)
                    .addKeyValue("target", target)
                    .addKeyValue("detail", text)
                    .addKeyValue("error", failure.toString())
                    .log("The service could not record the outcome of a change; its audit row keeps the outcome"
                            + " 'begun'");
        }
    }

    /** An entry is one recorded change or read. */
    @Schema(name = "AuditEntry")
    public record Entry(UUID id, Instant at, String actor, String action, String target, JsonNode detail) {}
}
