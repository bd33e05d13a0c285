package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import org.jspecify.annotations.Nullable;

/** Records each position that a verify reaches, together with the findings up to that position. */
final class VerifyProgress {

    private final JobContext job;
    private final @Nullable Long expected;
    private final Runnable completeResult;

    /**
     * Creates the progress of a job.
     *
     * @param expected the number of aggregates that the job is expected to compare; null if it is unknown
     * @param completeResult computes the fields of the job's result that depend on other fields of it
     */
    VerifyProgress(JobContext job, @Nullable Long expected, Runnable completeResult) {
        this.job = job;
        this.expected = expected;
        this.completeResult = completeResult;
    }

    /** Returns the number of aggregates that the job is expected to compare; null if it is unknown. */
    @Nullable
    Long expected() {
        return expected;
    }

    /** Records a position that the verify has reached. */
    void record(VerifyCursor reached) {
        completeResult.run();
        Long total = expected == null ? null : Math.max(expected, compared());
        job.recordProgress(reached.text(), compared(), total);
    }

    /** Records that the verify has ended. */
    void recordEnd() {
        completeResult.run();
        job.recordProgress(null, compared(), compared());
    }

    private long compared() {
        return job.result().path("compared").longValue(0);
    }
}
