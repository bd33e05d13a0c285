package dev.studybuddy.api.audit;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.time.Instant;
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

/** Keeps a row for each administrative change. */
@Component
public final class Audit {

    private static final String INSERT = """
            INSERT INTO admin_audit (id, actor, action, target, detail) VALUES (?, ?, ?, ?, CAST(? AS jsonb))""";

    private static final String OUTCOME = "outcome";
    private static final String END = "UPDATE admin_audit SET detail = CAST(? AS jsonb) WHERE id = ?";

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final JsonMapper json;

    Audit(JdbcClient jdbc, RetryingTransactions transactions, JsonMapper json) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * Notes a change, in the caller's transaction where there is one.
     *
     * @param action for example {@code dead-letter.replay}
     * @param target what was changed, as its own address names it
     */
    public void note(Caller caller, String action, String target, Map<String, ?> detail) {
        insert(UUID.randomUUID(), caller, action, target, detail);
    }

    /**
     * Notes a change that is no SQL: before it, so that it can't stay without its row, and how it ended after it. A row
     * that still says {@code begun} is of a process that died, or lost the database, in between.
     *
     * @throws RuntimeException the change's own; and where it can't be noted, in which case there is no change
     */
    public <T> T around(Caller caller, String action, String target, Supplier<T> change) {
        return around(caller, action, target, change, result -> Map.of());
    }

    /**
     * The same, of a change that tells only afterwards what it was.
     *
     * @param detail what is noted of the result, beside the outcome
     */
    public <T> T around(
            Caller caller, String action, String target, Supplier<T> change, Function<T, Map<String, ?>> detail) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a row that may be rolled back is no note of what is about to happen");
        }
        UUID id = UUID.randomUUID();
        insert(id, caller, action, target, Map.of(OUTCOME, "begun"));
        T result;
        try {
            result = change.get();
        } catch (RuntimeException | Error failed) {
            end(id, action, target, Map.of(OUTCOME, "failed"));
            throw failed;
        }
        Map<String, Object> done = new TreeMap<>(detail.apply(result));
        done.put(OUTCOME, "done");
        end(id, action, target, done);
        return result;
    }

    private void insert(UUID id, Caller caller, String action, String target, Map<String, ?> detail) {
        String text = json.writeValueAsString(detail);
        transactions.run(() -> jdbc.sql(INSERT)
                .params(id, caller.userId(), action, target, text)
                .update());
    }

    private void end(UUID id, String action, String target, Map<String, ?> detail) {
        String text = json.writeValueAsString(detail);
        try {
            transactions.run(() -> jdbc.sql(END).params(text, id).update());
        } catch (DataAccessException | TransactionException away) {
            // The change is what it is, and its row is there.
            LOG.atWarn()
                    .addKeyValue("action", action)
                    .addKeyValue("target", target)
                    .addKeyValue("detail", text)
                    .addKeyValue("error", away.toString())
                    .log("How a change ended can't be noted now; its row in the audit still says that it was begun");
        }
    }

    /** One change. */
    public record Entry(UUID id, Instant at, String actor, String action, String target, JsonNode detail) {}
}
