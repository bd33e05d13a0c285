package dev.studybuddy.api.job;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A context gives a handler its job and records the job's progress. Only the one thread that runs the handler calls its
 * public methods.
 */
public final class JobContext {

    /**
     * This field of a job's result states what a running job waits for. It is absent while the job waits for nothing.
     */
    public static final String WAITS_FOR = "waitsFor";

    private final JobTable table;
    private final Job job;
    private final String owner;
    private final MonotonicClock clock;
    private final ObjectNode result;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable String cursor;
    private long done;
    private @Nullable Long total;
    private volatile long trustedUntilNanos;
    private volatile JobStoppedException.@Nullable Reason stopped;

    JobContext(JobTable table, Job job, String owner, MonotonicClock clock, long trustedUntilNanos) {
        this.table = table;
        this.job = job;
        this.owner = owner;
        this.result = job.result();
        this.cursor = job.cursor();
        this.done = job.done();
        this.total = job.total();
        this.trustedUntilNanos = trustedUntilNanos;
        this.clock = clock;
    }

    /** Returns the id or name of the object that the job is about; empty if the kind needs none. */
    public String subject() {
        return job.subject();
    }

    /** Returns the settings that the caller passed when it submitted the job. */
    public ObjectNode settings() {
        return job.settings();
    }

    /** Returns the position at which the handler continues; null before the first progress. */
    public @Nullable String cursor() {
        return cursor;
    }

    /** Returns the number of processed items that was last recorded. */
    public long done() {
        return done;
    }

    /** Returns the expected number of items that was last recorded; null while it is unknown. */
    public @Nullable Long total() {
        return total;
    }

    /**
     * Returns the fields of the answer that are specific to the kind. The handler changes them in place, and
     * {@link #recordProgress} writes them.
     */
    public ObjectNode result() {
        return result;
    }

    /**
     * Records the job's progress, with {@link #result} in its present state.
     *
     * @param nextCursor the position at which the next attempt continues; null for the beginning
     * @param nextDone the number of processed items
     * @param nextTotal the expected number of items; null while it is unknown
     * @throws JobStoppedException if the handler must stop
     */
    public void recordProgress(@Nullable String nextCursor, long nextDone, @Nullable Long nextTotal) {
        checkpoint();
        if (!table.recordProgress(job, owner, nextCursor, nextDone, nextTotal, result)) {
            stop(JobStoppedException.Reason.LEASE_LOST);
            checkpoint();
        }
        cursor = nextCursor;
        done = nextDone;
        total = nextTotal;
    }

    /**
     * Records what the job waits for, so that an operator can read it. The method writes only if the reason changed.
     *
     * @param reason a sentence that names what the job waits for; null if it waits no longer
     * @throws JobStoppedException if the handler must stop
     */
    public void reportWait(@Nullable String reason) {
        String recorded = result.path(WAITS_FOR).asString("");
        if (recorded.equals(reason == null ? "" : reason)) {
            return;
        }
        if (reason == null) {
            result.remove(WAITS_FOR);
        } else {
            result.put(WAITS_FOR, reason);
        }
        recordProgress(cursor, done, total);
    }

    /**
     * Checks that the handler may continue. A handler calls this before each step that has an effect.
     *
     * @throws JobStoppedException if the handler must stop
     */
    public void checkpoint() {
        JobStoppedException.Reason reason = stopped;
        if (reason == null && clock.nanos() - trustedUntilNanos >= 0) {
            reason = JobStoppedException.Reason.LEASE_LOST;
        }
        if (reason != null) {
            throw new JobStoppedException(reason);
        }
    }

    /**
     * Waits for this time, or until the handler must stop.
     *
     * @throws JobStoppedException as soon as the handler must stop
     */
    public void waitFor(Duration time) {
        try {
            if (stop.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                checkpoint();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stop(JobStoppedException.Reason.SHUTTING_DOWN);
        }
        checkpoint();
    }

    /** Returns the clock with which a handler bounds its waits. */
    public MonotonicClock clock() {
        return clock;
    }

    Job job() {
        return job;
    }

    void trustUntil(long nanos) {
        trustedUntilNanos = nanos;
    }

    void stop(JobStoppedException.Reason reason) {
        if (stopped == null) {
            stopped = reason;
        }
        stop.countDown();
    }
}
