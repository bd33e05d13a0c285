package dev.studybuddy.api.job;

import dev.studybuddy.background.Backoff;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records how an attempt of a job ended. The outcome, and whether the job can be cancelled, determine whether the job
 * ends or is retried.
 */
final class OutcomeRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeRecorder.class);

    /** A job that is retried until it is done waits at most this long, or as long as the setting if that is longer. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final JobTable table;
    private final String owner;
    private final JobsProperties properties;
    private final JobFailures failures;
    private final Backoff backoff;

    OutcomeRecorder(JobTable table, String owner, JobsProperties properties, JobFailures failures) {
        this.table = table;
        this.owner = owner;
        this.properties = properties;
        this.failures = failures;
        this.backoff = Backoff.between(properties.retryAfter(), max(properties.retryAfter(), LONGEST_WAIT));
    }

    /** Records the outcome of an attempt, unless another instance owns the job. */
    void record(JobHandler handler, Job job, JobOutcome outcome) {
        boolean recorded = switch (outcome) {
            case JobOutcome.Done done -> table.finish(job, owner, JobState.DONE, null);
            case JobOutcome.Stopped stopped ->
                switch (stopped.reason()) {
                    case CANCELLED -> table.finish(job, owner, JobState.CANCELLED, null);
                    case SHUTTING_DOWN ->
                        handler.isCancellable()
                                ? table.release(job, owner, null, Duration.ZERO)
                                : table.requeue(job, owner, null, Duration.ZERO);
                    case LEASE_LOST -> true;
                };
            case JobOutcome.Retryable retryable -> {
                if (!handler.isCancellable()) {
                    boolean written = table.requeue(job, owner, retryable.error(), waitAfterAttempts(job.epoch()));
                    yield waitsLongest(job.epoch()) ? countFailure(written, job) : written;
                }
                yield job.epoch() >= properties.attempts()
                        ? countFailure(table.finish(job, owner, JobState.FAILED, retryable.error()), job)
                        : table.release(job, owner, retryable.error(), properties.retryAfter());
            }
            case JobOutcome.Failure failure -> {
                boolean written = handler.isCancellable()
                        ? table.finish(job, owner, JobState.FAILED, failure.error())
                        : table.requeue(job, owner, failure.error(), waitAfterAttempts(job.epoch()));
                yield failure.expected() ? written : countFailure(written, job);
            }
        };
        LOG.atInfo()
                .addKeyValue("job", job.id())
                .addKeyValue("kind", job.kind())
                .addKeyValue("outcome", outcome)
                .log(
                        recorded
                                ? "An attempt of a job ended"
                                : "An attempt of a job ended; its outcome is discarded, because another instance owns"
                                        + " the job");
    }

    /** Counts the failure of a job if it was recorded, and returns whether it was. */
    private boolean countFailure(boolean recorded, Job job) {
        if (recorded) {
            failures.count(job.kind());
        }
        return recorded;
    }

    /** Returns how long a job that cannot be cancelled waits after this number of attempts. */
    Duration waitAfterAttempts(long attempts) {
        return Duration.ofNanos(backoff.nanos(failuresBefore(attempts)));
    }

    /**
     * Returns whether the wait of a job that cannot be cancelled grows no further after this number of attempts. The
     * result is false after the first attempt, even if the first wait is already the longest one.
     */
    boolean waitsLongest(long attempts) {
        return attempts > 1 && backoff.bound(failuresBefore(attempts)).equals(backoff.longest());
    }

    private static int failuresBefore(long attempts) {
        return (int) Math.min(attempts - 1, Integer.MAX_VALUE);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
