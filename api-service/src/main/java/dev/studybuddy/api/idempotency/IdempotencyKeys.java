package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.TimeBuckets;
import dev.studybuddy.api.retention.RetentionProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes the table {@code idempotency_keys}. A row with an answer is valid for the retention of the table,
 * and a row without an answer is valid until its reservation ends. Each write to a claimed row carries the id of the
 * claim.
 */
@Component
final class IdempotencyKeys {

    private static final String FIND = """
            SELECT request_hash, status, headers, body, about FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND created_at >= now() - :keep * INTERVAL '1 second'
              AND (status <> 0 OR reserved_until >= now())
            """;

    private static final String CLAIM = """
            INSERT INTO idempotency_keys
              (scope, idempotency_key, bucket, request_hash, status, body, reserved_by, reserved_until)
            VALUES (:scope, :key, :bucket, :hash, 0, '', :claim, now() + :millis * INTERVAL '1 millisecond')
            ON CONFLICT (scope, idempotency_key) DO UPDATE
              SET request_hash = excluded.request_hash, status = 0, body = '', about = NULL, created_at = now(),
                bucket = excluded.bucket, reserved_by = excluded.reserved_by, reserved_until = excluded.reserved_until
              WHERE idempotency_keys.created_at < now() - :keep * INTERVAL '1 second'
                OR (idempotency_keys.status = 0 AND idempotency_keys.reserved_until < now())
            """;

    private static final String STORE = """
            UPDATE idempotency_keys
            SET status = :status, headers = CAST(:headers AS jsonb), body = :body, about = :about,
              reserved_by = NULL, reserved_until = NULL
            WHERE scope = :scope AND idempotency_key = :key AND status = 0 AND reserved_by = :claim
            """;

    private static final String RELEASE = """
            DELETE FROM idempotency_keys
            WHERE scope = :scope AND idempotency_key = :key AND status = 0 AND reserved_by = :claim
            """;

    private static final String DELETE_EXPIRED = "DELETE FROM idempotency_keys"
            + " WHERE (scope, idempotency_key) IN (SELECT scope, idempotency_key FROM ("
            + TimeBuckets.union("""
                    (SELECT scope, idempotency_key FROM idempotency_keys
                     WHERE bucket = {bucket} AND created_at < now() - :keep * INTERVAL '1 second'
                     ORDER BY created_at LIMIT :limit)""")
            + ") old LIMIT :limit)";

    private static final String DELETE_OF_PERSON = """
            DELETE FROM idempotency_keys WHERE (scope, idempotency_key) IN (
              SELECT scope, idempotency_key FROM (
                (SELECT scope, idempotency_key FROM idempotency_keys
                 WHERE scope >= :from AND scope < :to LIMIT :limit)
                UNION ALL
                (SELECT scope, idempotency_key FROM idempotency_keys WHERE about = :person LIMIT :limit)) owned
              LIMIT :limit)
            """;

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};
    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcClient jdbc;
    private final long keepSeconds;

    IdempotencyKeys(JdbcClient jdbc, RetentionProperties properties) {
        this.jdbc = jdbc;
        this.keepSeconds = properties.idempotencyKeys().toSeconds();
    }

    /**
     * Identifies a request.
     *
     * @param scope the caller, the method and the path of the request, or the hash of a long path
     * @param key the Idempotency-Key of the request
     */
    record RequestKey(String scope, String key) {}

    /** Returns the valid row of a key, which holds an answer or a reservation. */
    Optional<StoredAnswer> find(RequestKey key) {
        return jdbc.sql(FIND)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("keep", keepSeconds)
                .query((row, number) -> new StoredAnswer(
                        row.getString("request_hash"),
                        row.getInt("status"),
                        JSON.readValue(row.getString("headers"), HEADERS),
                        row.getString("body"),
                        row.getString("about")))
                .optional();
    }

    /**
     * Claims a key. If another transaction is claiming the same key, the statement waits for it until the lock timeout.
     *
     * @param claimId the id of the claim, which {@link #store} and {@link #release} must present
     * @param reservation the time for which a claim that is committed without an answer remains valid
     */
    void claim(RequestKey key, String hash, UUID claimId, Duration reservation) {
        int claimed = jdbc.sql(CLAIM)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("bucket", TimeBuckets.of(key))
                .param("keep", keepSeconds)
                .param("hash", hash)
                .param("claim", claimId)
                .param("millis", reservation.toMillis())
                .update();
        if (claimed != 1) {
            throw new IllegalStateException(
                    "the key exists although this transaction did not find it, which SERIALIZABLE isolation excludes");
        }
    }

    /** Stores an answer. Returns false, and changes nothing, if the key no longer belongs to this claim. */
    boolean store(RequestKey key, UUID claimId, StoredAnswer answer) {
        return jdbc.sql(STORE)
                        .param("scope", key.scope())
                        .param("key", key.key())
                        .param("status", answer.status())
                        .param("headers", JSON.writeValueAsString(answer.headers()))
                        .param("body", answer.body())
                        .param("about", answer.about())
                        .param("claim", claimId)
                        .update()
                == 1;
    }

    /** Deletes a claim that has no answer, so that the key can be claimed again. */
    void release(RequestKey key, UUID claimId) {
        jdbc.sql(RELEASE)
                .param("scope", key.scope())
                .param("key", key.key())
                .param("claim", claimId)
                .update();
    }

    /** Deletes rows that are older than the retention, at most this many, and returns the number of deleted rows. */
    int deleteExpired(int limit) {
        return jdbc.sql(DELETE_EXPIRED)
                .param("keep", keepSeconds)
                .param("limit", limit)
                .update();
    }

    /**
     * Deletes the answers to a person's requests and the answers about the person, at most this many, and returns the
     * number of deleted rows.
     *
     * @param person the id of a user
     */
    int deleteOfPerson(String person, int limit) {
        // The scope of a user's requests starts with the user's id and a space. The character after the space is '!'.
        return jdbc.sql(DELETE_OF_PERSON)
                .param("from", person + ' ')
                .param("to", person + '!')
                .param("person", person)
                .param("limit", limit)
                .update();
    }
}
