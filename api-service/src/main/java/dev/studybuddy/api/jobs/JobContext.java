package dev.studybuddy.api.jobs;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a handler sees of its job, and how it says how far it is. For the handler's one thread. */
public final class JobContext {

    private final JobTable table;
    private final Job job;
    private final String owner;
    private final ObjectNode result;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable String cursor;
    private long done;
    private @Nullable Long total;
    private volatile long trustedUntilNanos;
    private volatile JobStopped.@Nullable Reason stopped;

    JobContext(JobTable table, Job job, String owner, long trustedUntilNanos) {
        this.table = table;
        this.job = job;
        this.owner = owner;
        this.result = job.result();
        this.cursor = job.cursor();
        this.done = job.done();
        this.total = job.total();
        this.trustedUntilNanos = trustedUntilNanos;
    }

    public UUID id() {
        return job.id();
    }

    /** What the job is about; empty where its kind says it all. */
    public String subject() {
        return job.subject();
    }

    public ObjectNode settings() {
        return job.settings();
    }

    /** Where to go on; null at the beginning. */
    public @Nullable String cursor() {
        return cursor;
    }

    public long done() {
        return done;
    }

    public @Nullable Long total() {
        return total;
    }

    /** The kind's own part of the answer: changed in place, written by {@link #progress}. */
    public ObjectNode result() {
        return result;
    }

    /**
     * Notes how far the job is, with {@link #result} as it stands.
     *
     * @param nextCursor where an instance that takes over goes on
     * @param nextTotal null while unknown
     * @throws JobStopped where the handler must leave
     */
    public void progress(@Nullable String nextCursor, long nextDone, @Nullable Long nextTotal) {
        checkpoint();
        if (!table.progress(job, owner, nextCursor, nextDone, nextTotal, result)) {
            stop(JobStopped.Reason.LEASE_LOST);
            checkpoint();
        }
        cursor = nextCursor;
        done = nextDone;
        total = nextTotal;
    }

    /**
     * Asks whether to go on; before each step with an effect.
     *
     * @throws JobStopped where the handler must leave
     */
    public void checkpoint() {
        JobStopped.Reason why = stopped;
        if (why == null && System.nanoTime() - trustedUntilNanos >= 0) {
            why = JobStopped.Reason.LEASE_LOST;
        }
        if (why != null) {
            throw new JobStopped(why);
        }
    }

    /**
     * Waits, at most so long.
     *
     * @throws JobStopped where the handler must leave, at once
     */
    public void pause(Duration time) {
        try {
            if (stop.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                checkpoint();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stop(JobStopped.Reason.SHUTTING_DOWN);
        }
        checkpoint();
    }

    Job job() {
        return job;
    }

    void trustUntil(long nanos) {
        trustedUntilNanos = nanos;
    }

    void stop(JobStopped.Reason reason) {
        if (stopped == null) {
            stopped = reason;
        }
        stop.countDown();
    }
}
