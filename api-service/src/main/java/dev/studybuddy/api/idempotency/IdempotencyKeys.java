package dev.studybuddy.api.idempotency;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code idempotency_keys}; rows count for 24 hours, those without an answer as long as they are reserved. What
 * is written to a claimed row carries who claimed it.
 */
@Component
final class IdempotencyKeys {

    private static final String FIND = """
            SELECT request_hash, status, headers, body FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND created_at >= now() - INTERVAL '24 hours'
              AND (status <> 0 OR reserved_until >= now())
            """;

    private static final String CLAIM = """
            INSERT INTO idempotency_keys
              (scope, idempotency_key, request_hash, status, body, reserved_by, reserved_until)
            VALUES (:scope, :key, :hash, 0, '', :by, now() + :millis * INTERVAL '1 millisecond')
            ON CONFLICT (scope, idempotency_key) DO UPDATE
              SET request_hash = excluded.request_hash, status = 0, body = '', created_at = now(),
                reserved_by = excluded.reserved_by, reserved_until = excluded.reserved_until
              WHERE idempotency_keys.created_at < now() - INTERVAL '24 hours'
                OR (idempotency_keys.status = 0 AND idempotency_keys.reserved_until < now())
            """;

    private static final String STORE = """
            UPDATE idempotency_keys
            SET status = :status, headers = CAST(:headers AS jsonb), body = :body,
              reserved_by = NULL, reserved_until = NULL
            WHERE scope = :scope AND idempotency_key = :key AND status = 0 AND reserved_by = :by
            """;

    private static final String RELEASE = """
            DELETE FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND status = 0 AND reserved_by = :by
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

    /** An answer as it was given; status 0 where a request under way has reserved the key. */
    record Stored(String requestHash, int status, Map<String, String> headers, String body) {

        boolean underWay() {
            return status == 0;
        }
    }

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

    /**
     * Waits for whoever claims the same key at this moment, as long as a lock may be waited for.
     *
     * @param reserved how long the claim holds where it is committed without an answer
     */
    void claim(PostKey key, String hash, UUID by, Duration reserved) {
        int claimed = jdbc.sql(CLAIM)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("hash", hash)
                .param("by", by)
                .param("millis", reserved.toMillis())
                .update();
        if (claimed != 1) {
            throw new IllegalStateException("a key that was not there is there, which SERIALIZABLE excludes");
        }
    }

    /** False where the claim is another's by now. */
    boolean store(PostKey key, UUID by, Stored answer) {
        return jdbc.sql(STORE)
                        .param("scope", key.scope())
                        .param("key", key.key())
                        .param("status", answer.status())
                        .param("headers", JSON.writeValueAsString(answer.headers()))
                        .param("body", answer.body())
                        .param("by", by)
                        .update()
                == 1;
    }

    /** Takes a claim back that has no answer yet. */
    void release(PostKey key, UUID by) {
        jdbc.sql(RELEASE)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("by", by)
                .update();
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
