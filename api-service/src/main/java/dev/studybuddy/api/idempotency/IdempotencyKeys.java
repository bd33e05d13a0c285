package dev.studybuddy.api.idempotency;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code idempotency_keys}; rows count for 24 hours. */
@Component
final class IdempotencyKeys {

    private static final String FIND = """
            SELECT request_hash, status, headers, body FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND created_at >= now() - INTERVAL '24 hours'
            """;

    private static final String CLAIM = """
            INSERT INTO idempotency_keys (scope, idempotency_key, request_hash, status, body)
            VALUES (:scope, :key, :hash, 0, '')
            ON CONFLICT (scope, idempotency_key) DO UPDATE
              SET request_hash = excluded.request_hash, status = 0, body = '', created_at = now()
              WHERE idempotency_keys.created_at < now() - INTERVAL '24 hours'
            """;

    private static final String STORE = """
            UPDATE idempotency_keys SET status = :status, headers = CAST(:headers AS jsonb), body = :body
            WHERE scope = :scope AND idempotency_key = :key AND status = 0
            """;

    private static final String PAGE = """
            SELECT scope, idempotency_key, created_at FROM idempotency_keys
            WHERE (scope, idempotency_key) > (:scope, :key)
            ORDER BY scope, idempotency_key LIMIT 500
            """;

    private static final String DELETE_OLD = """
            DELETE FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND created_at < now() - INTERVAL '24 hours'
            """;

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};
    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcClient jdbc;

    IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What one caller sent to one place. */
    record PostKey(String scope, String key) {}

    /** An answer as it was given. */
    record Stored(String requestHash, int status, Map<String, String> headers, String body) {}

    /** A row's place, and its age. */
    record Row(PostKey key, Instant createdAt) {}

    Optional<Stored> find(PostKey key) {
        return jdbc.sql(FIND)
                .param("scope", key.scope())
                .param("key", key.key())
                .query((row, number) -> new Stored(
                        row.getString("request_hash"),
                        row.getInt("status"),
                        JSON.readValue(row.getString("headers"), HEADERS),
                        row.getString("body")))
                .optional();
    }

    /** Waits for whoever claims the same key at this moment, as long as a lock may be waited for. */
    void claim(PostKey key, String hash) {
        int claimed = jdbc.sql(CLAIM)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("hash", hash)
                .update();
        if (claimed != 1) {
            throw new IllegalStateException("a key that was not there is there, which SERIALIZABLE excludes");
        }
    }

    void store(PostKey key, Stored answer) {
        int stored = jdbc.sql(STORE)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("status", answer.status())
                .param("headers", JSON.writeValueAsString(answer.headers()))
                .param("body", answer.body())
                .update();
        if (stored != 1) {
            throw new IllegalStateException("the key that this transaction claimed is gone");
        }
    }

    List<Row> page(PostKey after) {
        return jdbc.sql(PAGE)
                .param("scope", after.scope())
                .param("key", after.key())
                .query((row, number) -> new Row(
                        new PostKey(row.getString("scope"), row.getString("idempotency_key")),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    int deleteOld(PostKey key) {
        return jdbc.sql(DELETE_OLD)
                .param("scope", key.scope())
                .param("key", key.key())
                .update();
    }
}
