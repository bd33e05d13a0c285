package dev.studybuddy.api.audit;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keeps a row for each administrative change. */
@Component
public final class Audit {

    private static final String INSERT = """
            INSERT INTO admin_audit (id, actor, action, target, detail) VALUES (?, ?, ?, ?, CAST(? AS jsonb))""";

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
        String text = json.writeValueAsString(detail);
        transactions.run(() -> jdbc.sql(INSERT)
                .params(UUID.randomUUID(), caller.userId(), action, target, text)
                .update());
    }

    /** One change. */
    public record Entry(UUID id, Instant at, String actor, String action, String target, JsonNode detail) {}
}
