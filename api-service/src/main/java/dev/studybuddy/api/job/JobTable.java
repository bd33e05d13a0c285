package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the table {@code jobs}. Each write of a running job checks the job's owner and epoch. */
@Repository
final class JobTable {

    private static final Logger LOG = LoggerFactory.getLogger(JobTable.class);

    static final String COLUMNS = """
            id, kind, state, subject, settings, lease_epoch, cursor_position, done, total, result, error, created_at,
            started_at, finished_at""";

    private static final String INSERT = """
            INSERT INTO jobs (id, kind, state, subject, settings, result)
            VALUES (?, ?, 'queued', ?, CAST(? AS jsonb), CAST(? AS jsonb))""";

    private static final String INSERT_IF_ABSENT = INSERT + " ON CONFLICT (id) DO NOTHING";

    private static final String FIND = "SELECT " + COLUMNS + " FROM jobs WHERE id = ?";

    private static final String UNFINISHED = "SELECT " + COLUMNS
            + " FROM jobs WHERE kind = ? AND state IN ('queued', 'running') ORDER BY created_at, id LIMIT 100";

    private static final String NEWEST =
            "SELECT " + COLUMNS + " FROM jobs WHERE kind = ? AND subject = ? ORDER BY created_at DESC, id LIMIT 1";

    private static final String NEWEST_DONE = "SELECT DISTINCT ON (subject) " + COLUMNS
            + " FROM jobs WHERE kind = ? AND state = 'done' ORDER BY subject, finished_at DESC, id LIMIT 100";

    /**
     * A running job sorts first, so that no queued job of its kind is claimed while it runs. A queued job that waits for
     * its next attempt is left out, so that it does not block the jobs behind it.
     */
    private static final String NEXT = """
            SELECT id, lease_epoch, running, free FROM (
              (SELECT id, lease_epoch, true AS running, lease_expires_at < now() AS free FROM jobs
               WHERE kind = :kind AND state = 'running')
              UNION ALL
              (SELECT id, lease_epoch, false AS running, true AS free FROM jobs
               WHERE kind = :kind AND state IN ('queued', 'running') AND state = 'queued'
                 AND (lease_expires_at IS NULL OR lease_expires_at < now())
               ORDER BY created_at, id LIMIT 1)) next
            ORDER BY running DESC LIMIT 1""";

    private static final String CLAIM = """
            UPDATE jobs
            SET state = 'running', lease_owner = ?, lease_epoch = lease_epoch + 1,
                lease_expires_at = now() + ? * INTERVAL '1 millisecond', started_at = COALESCE(started_at, now())
            WHERE id = ? AND lease_epoch = ? AND (state = 'queued' OR (state = 'running' AND lease_expires_at < now()))
            RETURNING
            """ + COLUMNS;

    private static final String GIVE_UP = """
            UPDATE jobs SET state = 'failed', error = ?, finished_at = now(), lease_owner = NULL, lease_expires_at = NULL
            WHERE id = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at < now()""";

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

    private static final String REQUEUE_DEAD = """
            UPDATE jobs SET state = 'queued', error = ?, lease_owner = NULL,
              lease_expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE id = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at < now()""";

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
        return jdbc.sql(FIND).param(id).query(this::row).optional();
    }

    List<Job> findUnfinished(String kind) {
        return jdbc.sql(UNFINISHED).param(kind).query(this::row).list();
    }

    Optional<Job> findNewest(String kind, String subject) {
        return jdbc.sql(NEWEST).params(kind, subject).query(this::row).optional();
    }

    List<Job> findNewestDone(String kind) {
        return jdbc.sql(NEWEST_DONE).param(kind).query(this::row).list();
    }

    /**
     * Claims the next job of a kind for this owner. Returns empty if no job waits, if another instance owns the running
     * one, or if the next job was claimed {@code attempts} times. Such a job has ended its instances, for example by
     * their memory, so it fails.
     */
    Optional<Job> claim(String kind, String owner, Duration lease, long attempts) {
        return transactions.run(() ->
                findNext(kind).flatMap(next -> next.epoch() >= attempts ? giveUp(next) : claim(next, owner, lease)));
    }

    /**
     * Claims the next job of a kind whose jobs are retried until they are done. A job whose process died waits like one
     * whose attempt failed, so that it neither blocks the jobs behind it nor ends one process after the other.
     *
     * @param backoff returns the time until the next attempt of a job that was claimed this many times
     */
    Optional<Job> claimLasting(String kind, String owner, Duration lease, LongFunction<Duration> backoff) {
        return transactions.run(() -> findNext(kind)
                .flatMap(next ->
                        next.running() ? requeueDead(next, backoff.apply(next.epoch())) : claim(next, owner, lease)));
    }

    private Optional<Candidate> findNext(String kind) {
        return jdbc.sql(NEXT)
                .param("kind", kind)
                .query((row, number) -> new Candidate(
                        row.getObject("id", UUID.class),
                        row.getLong("lease_epoch"),
                        row.getBoolean("running"),
                        row.getBoolean("free")))
                .optional()
                .filter(Candidate::free);
    }

    private Optional<Job> requeueDead(Candidate dead, Duration wait) {
        int queued = jdbc.sql(REQUEUE_DEAD)
                .params("the process of the last attempt ended", wait.toMillis(), dead.id(), dead.epoch())
                .update();
        if (queued == 1) {
            LOG.atWarn()
                    .addKeyValue("job", dead.id())
                    .addKeyValue("attempts", dead.epoch())
                    .addKeyValue("wait", wait)
                    .log("The process that did a job ended; the job is attempted again after a wait");
        }
        return Optional.empty();
    }

    private Optional<Job> claim(Candidate next, String owner, Duration lease) {
        return jdbc.sql(CLAIM)
                .params(owner, lease.toMillis(), next.id(), next.epoch())
                .query(this::row)
                .optional();
    }

    private Optional<Job> giveUp(Candidate exhausted) {
        String error = "the job was claimed " + exhausted.epoch() + " times, and no instance recorded an outcome of the"
                + " last attempt; its process probably ended";
        int failed = jdbc.sql(GIVE_UP)
                .params(error, exhausted.id(), exhausted.epoch())
                .update();
        if (failed == 1) {
            LOG.atError()
                    .addKeyValue("job", exhausted.id())
                    .addKeyValue("attempts", exhausted.epoch())
                    .log("A job ended its instance in each attempt; it fails, and the next job of its kind follows");
        }
        return Optional.empty();
    }

    /** Renews the lease. Returns whether the job's cancellation was requested, or empty if the lease is lost. */
    Optional<Boolean> renew(Job job, String owner, Duration lease) {
        return transactions.run(() -> jdbc.sql(RENEW)
                .params(lease.toMillis(), job.id(), owner, job.epoch())
                .query(Boolean.class)
                .optional());
    }

    /** Records the job's progress. Returns false if the lease is lost. */
    boolean progress(
            Job job, String owner, @Nullable String cursor, long done, @Nullable Long total, ObjectNode result) {
        String text = json.writeValueAsString(result);
        return transactions.run(() -> jdbc.sql(PROGRESS)
                        .param(cursor)
                        .param(done)
                        .param(total)
                        .param(text)
                        .param(job.id())
                        .param(owner)
                        .param(job.epoch())
                        .update()
                == 1);
    }

    /** Sets the job's final state and ends its lease. Returns false if the lease is lost. */
    boolean finish(Job job, String owner, JobState state, @Nullable String error) {
        return transactions.run(() -> jdbc.sql(FINISH)
                        .param(state.code())
                        .param(error)
                        .param(job.id())
                        .param(owner)
                        .param(job.epoch())
                        .update()
                == 1);
    }

    /**
     * Ends the lease after this time, so that any instance can then claim the job. Returns false if the lease is lost.
     *
     * @param error the error of the outage; null if there was none
     * @param after the time until the lease ends
     */
    boolean release(Job job, String owner, @Nullable String error, Duration after) {
        return transactions.run(() -> jdbc.sql(RELEASE)
                        .param(error)
                        .param(after.toMillis())
                        .param(job.id())
                        .param(owner)
                        .param(job.epoch())
                        .update()
                == 1);
    }

    /**
     * Queues a running job again, so that the next job of its kind can run. Returns false if the lease is lost.
     *
     * @param error the error of the attempt; null if there was none
     * @param wait the time until the next attempt
     */
    boolean requeue(Job job, String owner, @Nullable String error, Duration wait) {
        return transactions.run(() -> jdbc.sql(REQUEUE)
                        .param(error)
                        .param(wait.toMillis())
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
    Job row(ResultSet row, int number) throws SQLException {
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
                instant(row.getTimestamp("finished_at")));
    }

    private ObjectNode object(String text) {
        return (ObjectNode) json.readTree(text);
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }

    private record Candidate(UUID id, long epoch, boolean running, boolean free) {}
}
