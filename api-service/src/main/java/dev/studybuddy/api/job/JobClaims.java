package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Claims jobs for an instance. A claim raises the job's epoch, so that each write of an earlier owner has no effect.
 */
@Repository
final class JobClaims {

    private static final Logger LOG = LoggerFactory.getLogger(JobClaims.class);

    /**
     * A running job sorts first, so that no queued job of its kind is claimed while it runs. A queued job that waits
     * for its next attempt is left out, so that it does not block the jobs behind it. The condition on both states lets
     * the planner use the partial index {@code jobs_unfinished}.
     */
    private static final String NEXT = """
            SELECT id, lease_epoch, running, free, cancel_requested FROM (
              (SELECT id, lease_epoch, true AS running, lease_expires_at < now() AS free, cancel_requested FROM jobs
               WHERE kind = :kind AND state = 'running')
              UNION ALL
              (SELECT id, lease_epoch, false AS running, true AS free, cancel_requested FROM jobs
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
            """ + JobTable.COLUMNS;

    private static final String CANCEL_EXPIRED = """
            UPDATE jobs SET state = 'cancelled', error = NULL, finished_at = now(), lease_owner = NULL,
              lease_expires_at = NULL
            WHERE id = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at < now() AND cancel_requested""";

    private static final String FAIL_EXHAUSTED = """
            UPDATE jobs SET state = 'failed', error = ?, finished_at = now(), lease_owner = NULL,
              lease_expires_at = NULL
            WHERE id = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at < now()
              AND NOT cancel_requested""";

    private static final String REQUEUE_EXPIRED = """
            UPDATE jobs SET state = 'queued', error = ?, lease_owner = NULL,
              lease_expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE id = ? AND lease_epoch = ? AND state = 'running' AND lease_expires_at < now()""";

    private final JobTable table;
    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final JobFailures failures;

    JobClaims(JobTable table, JdbcClient jdbc, RetryingTransactions transactions, JobFailures failures) {
        this.table = table;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.failures = failures;
    }

    /**
     * Claims the next job of a kind for this owner. The result is empty if no job waits, or if another instance owns
     * the running job of the kind. It is also empty if the method ends the next job: the method cancels a running job
     * that no instance owns if its cancellation was requested. Otherwise, it fails such a job if the job was already
     * claimed {@code attempts} times. A job can use all its attempts in this way if, for example, it exhausts the
     * memory of each process that runs it.
     */
    Optional<Job> claim(String kind, String owner, Duration lease, long attempts) {
        return transactions.run(() -> findNext(kind).flatMap(next -> {
            if (next.cancelRequested()) {
                return cancel(next);
            }
            return next.epoch() >= attempts ? fail(next, kind) : claim(next, owner, lease);
        }));
    }

    /**
     * Claims the next job of a kind whose jobs are retried until they are done. The result is empty if no job waits, or
     * if another instance owns the running job of the kind. It is also empty if the method queues the next job again: a
     * job whose lease expired waits like a job whose attempt failed. Therefore it does not block the jobs behind it,
     * and does not crash one process after another.
     *
     * @param backoff returns the time until the next attempt of a job that was claimed this many times
     * @param lasting returns whether the end of the lease counts as a failure of a job that was claimed this many times
     */
    Optional<Job> claimUncancellable(
            String kind, String owner, Duration lease, LongFunction<Duration> backoff, LongPredicate lasting) {
        return transactions.run(() -> findNext(kind)
                .flatMap(next -> next.running()
                        ? requeueExpired(next, kind, backoff.apply(next.epoch()), lasting.test(next.epoch()))
                        : claim(next, owner, lease)));
    }

    private Optional<Candidate> findNext(String kind) {
        return jdbc.sql(NEXT)
                .param("kind", kind)
                .query((row, number) -> new Candidate(
                        row.getObject("id", UUID.class),
                        row.getLong("lease_epoch"),
                        row.getBoolean("running"),
                        row.getBoolean("free"),
                        row.getBoolean("cancel_requested")))
                .optional()
                .filter(Candidate::free);
    }

    private Optional<Job> requeueExpired(Candidate expired, String kind, Duration wait, boolean counted) {
        int queued = jdbc.sql(REQUEUE_EXPIRED)
                .params(
                        "the lease of the last attempt expired before the attempt ended",
                        wait.toMillis(),
                        expired.id(),
                        expired.epoch())
                .update();
        if (queued == 1) {
            LOG.atWarn()
                    .addKeyValue("job", expired.id())
                    .addKeyValue("attempts", expired.epoch())
                    .addKeyValue("wait", wait)
                    .log("The lease of a job expired before an outcome was recorded; the job is retried after a wait");
        }
        if (queued == 1 && counted) {
            // A transaction that the database aborts runs again, and would otherwise count the failure twice.
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    failures.count(kind);
                }
            });
        }
        return Optional.empty();
    }

    private Optional<Job> claim(Candidate next, String owner, Duration lease) {
        return jdbc.sql(CLAIM)
                .params(owner, lease.toMillis(), next.id(), next.epoch())
                .query(table::readRow)
                .optional();
    }

    private Optional<Job> cancel(Candidate expired) {
        int cancelled =
                jdbc.sql(CANCEL_EXPIRED).params(expired.id(), expired.epoch()).update();
        if (cancelled == 1) {
            LOG.atInfo()
                    .addKeyValue("job", expired.id())
                    .log("A job that no instance ran was cancelled as requested; the next job of its kind follows");
        }
        return Optional.empty();
    }

    private Optional<Job> fail(Candidate exhausted, String kind) {
        String error = "the job was claimed " + exhausted.epoch() + " times, and its process stopped or ended before"
                + " the last attempt was complete";
        int failed = jdbc.sql(FAIL_EXHAUSTED)
                .params(error, exhausted.id(), exhausted.epoch())
                .update();
        if (failed == 1) {
            // A transaction that the database aborts runs again, and would otherwise count and log the job twice.
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    failures.count(kind);
                    LOG.atError()
                            .addKeyValue("job", exhausted.id())
                            .addKeyValue("attempts", exhausted.epoch())
                            .log("A job used all attempts, and the last one ended before it was complete; the job"
                                    + " fails, and the next job of its kind follows");
                }
            });
        }
        return Optional.empty();
    }

    private record Candidate(UUID id, long epoch, boolean running, boolean free, boolean cancelRequested) {}
}
