package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the table {@code jobs}; {@link JobClaims} claims its jobs. Each write of a running job checks the
 * job's owner and epoch.
 */
@Repository
final class JobTable {

    static final String COLUMNS = """
            id, kind, state, subject, settings, lease_epoch, cursor_position, done, total, result, error, created_at,
            started_at, finished_at,
            CASE WHEN state = 'queued' AND lease_expires_at > now() THEN lease_expires_at END AS next_attempt_at""";

    private static final String INSERT = """
            INSERT INTO jobs (id, kind, state, subject, settings, result)
            VALUES (?, ?, 'queued', ?, CAST(? AS jsonb), CAST(? AS jsonb))""";

    private static final String INSERT_IF_ABSENT = INSERT + " ON CONFLICT (id) DO NOTHING";

    private static final String FIND = "SELECT " + COLUMNS + " FROM jobs WHERE id = ?";

    private static final String UNFINISHED = "SELECT " + COLUMNS
            + " FROM jobs WHERE kind = ? AND state IN ('queued', 'running') ORDER BY created_at, id LIMIT 100";

    private static final String NOT_CANCELLED = "SELECT " + COLUMNS
            + " FROM jobs WHERE kind = ? AND subject = ? AND state IN ('queued', 'running') AND NOT cancel_requested"
            + " ORDER BY created_at, id LIMIT 100";

    private static final String UNFINISHED_WITH_SETTING = "SELECT " + COLUMNS
            + " FROM jobs WHERE kind = ? AND state IN ('queued', 'running') AND settings ->> CAST(? AS text) = ?"
            + " ORDER BY created_at, id LIMIT 100";

    private static final String NEWEST =
            "SELECT " + COLUMNS + " FROM jobs WHERE kind = ? AND subject = ? ORDER BY created_at DESC, id LIMIT 1";

    private static final String NEWEST_DONE = "SELECT DISTINCT ON (subject) " + COLUMNS
            + " FROM jobs WHERE kind = ? AND state = 'done' ORDER BY subject, finished_at DESC, id LIMIT 100";

    private static final String RENEW = """
            UPDATE jobs SET lease_expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE id = ? AND lease_owner = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at > now()
            RETURNING cancel_requested""";

    private static final String PROGRESS = """
            UPDATE jobs SET cursor_position = ?, done = ?, total = ?, result = CAST(? AS jsonb)
            WHERE id = ? AND lease_owner = ? AND lease_epoch = ? AND state = 'running'""";

    private static final String FINISH = """
            UPDATE jobs SET state = ?, error = ?, finished_at = now(), lease_owner = NULL, lease_expires_at = NULL
            WHERE id = ? AND lease_owner = ? AND lease_epoch = ? AND state = 'running'""";

    /** Without an owner, a renewal that was sent before the release does not prolong the lease. */
    private static final String RELEASE = """
            UPDATE jobs SET error = ?, lease_owner = NULL, lease_expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE id = ? AND lease_owner = ? AND lease_epoch = ? AND state = 'running'""";

    private static final String REQUEUE = """
            UPDATE jobs SET state = 'queued', error = ?, lease_owner = NULL,
              lease_expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE id = ? AND lease_owner = ? AND lease_epoch = ? AND state = 'running'""";

    private static final String CANCEL = """
            UPDATE jobs
            SET cancel_requested = true,
                state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
                finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END
            WHERE id = ? AND state IN ('queued', 'running')""";

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final JsonMapper json;

    JobTable(JdbcClient jdbc, RetryingTransactions transactions, JsonMapper json) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.json = json;
    }

    /** Inserts a queued job, in the caller's transaction if one is active. */
    void insert(UUID id, String kind, String subject, Object settings, Object result) {
        String settingsText = json.writeValueAsString(settings);
        String resultText = json.writeValueAsString(result);
        transactions.run(() -> jdbc.sql(INSERT)
                .params(id, kind, subject, settingsText, resultText)
                .update());
    }

    /** Inserts a queued job unless a job with this id exists, and returns whether it inserted the job. */
    boolean insertIfAbsent(UUID id, String kind, String subject, Object settings, Object result) {
        String settingsText = json.writeValueAsString(settings);
        String resultText = json.writeValueAsString(result);
        return transactions.run(() -> jdbc.sql(INSERT_IF_ABSENT)
                        .params(id, kind, subject, settingsText, resultText)
                        .update()
                == 1);
    }

    Optional<Job> find(UUID id) {
        return jdbc.sql(FIND).param(id).query(this::readRow).optional();
    }

    List<Job> findUnfinished(String kind) {
        return jdbc.sql(UNFINISHED).param(kind).query(this::readRow).list();
    }

    /** Returns the unfinished jobs of a kind and subject whose cancellation was not requested, oldest first. */
    List<Job> findNotCancelled(String kind, String subject) {
        return jdbc.sql(NOT_CANCELLED)
                .params(kind, subject)
                .query(this::readRow)
                .list();
    }

    List<Job> findUnfinished(String kind, String setting, String value) {
        return jdbc.sql(UNFINISHED_WITH_SETTING)
                .params(kind, setting, value)
                .query(this::readRow)
                .list();
    }

    Optional<Job> findNewest(String kind, String subject) {
        return jdbc.sql(NEWEST).params(kind, subject).query(this::readRow).optional();
    }

    List<Job> findNewestDone(String kind) {
        return jdbc.sql(NEWEST_DONE).param(kind).query(this::readRow).list();
    }

    /**
     * Renews the lease. Returns whether the job's cancellation was requested, or empty if the lease is lost. The method
     * runs the statement in a transaction without retries, because the client retries each statement outside a
     * transaction. A retry here would delay the other renewals, and the next round renews the lease in any case.
     */
    Optional<Boolean> renew(Job job, String owner, Duration lease) {
        return transactions.runOnce(() -> jdbc.sql(RENEW)
                .params(lease.toMillis(), job.id(), owner, job.epoch())
                .query(Boolean.class)
                .optional());
    }

    /** Records the job's progress. Returns false if the lease is lost. */
    boolean recordProgress(
            Job job, String owner, @Nullable String cursor, long done, @Nullable Long total, ObjectNode result) {
        return write(PROGRESS, job, owner, cursor, done, total, json.writeValueAsString(result));
    }

    /** Sets the job's final state and ends its lease. Returns false if the lease is lost. */
    boolean finish(Job job, String owner, JobState state, @Nullable String error) {
        return write(FINISH, job, owner, state.code(), error);
    }

    /**
     * Ends the lease after this time, so that any instance can then claim the job. Returns false if the lease is lost.
     *
     * @param error the error of the attempt; null if there was none
     * @param after the time until the lease ends
     */
    boolean release(Job job, String owner, @Nullable String error, Duration after) {
        return write(RELEASE, job, owner, error, after.toMillis());
    }

    /**
     * Queues a running job again, so that the next job of its kind can run. Returns false if the lease is lost.
     *
     * @param error the error of the attempt; null if there was none
     * @param wait the time until the next attempt
     */
    boolean requeue(Job job, String owner, @Nullable String error, Duration wait) {
        return write(REQUEUE, job, owner, error, wait.toMillis());
    }

    /**
     * Writes a running job. Returns false if the lease is lost.
     *
     * @param sql a statement whose last parameters are the job's id, owner and epoch
     * @param first the parameters before these
     */
    private boolean write(String sql, Job job, String owner, @Nullable Object... first) {
        return transactions.run(() -> jdbc.sql(sql)
                        .params(Arrays.asList(first))
                        .param(job.id())
                        .param(owner)
                        .param(job.epoch())
                        .update()
                == 1);
    }

    /** Requests the cancellation of a job. Returns false if the job has already ended. */
    boolean cancel(UUID id) {
        return transactions.run(() -> jdbc.sql(CANCEL).param(id).update() == 1);
    }

    /** Returns the job in a row of {@link #COLUMNS}. */
    Job readRow(ResultSet row, int number) throws SQLException {
        return new Job(
                row.getObject("id", UUID.class),
                row.getString("kind"),
                JobState.ofCode(row.getString("state")),
                row.getString("subject"),
                object(row.getString("settings")),
                row.getLong("lease_epoch"),
                row.getString("cursor_position"),
                row.getLong("done"),
                row.getObject("total", Long.class),
                object(row.getString("result")),
                row.getString("error"),
                row.getTimestamp("created_at").toInstant(),
                instant(row.getTimestamp("started_at")),
                instant(row.getTimestamp("finished_at")),
                instant(row.getTimestamp("next_attempt_at")));
    }

    private ObjectNode object(String text) {
        return (ObjectNode) json.readTree(text);
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }
}
