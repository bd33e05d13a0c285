package dev.studybuddy.api.verify;

import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import java.time.Duration;
import java.util.Map;

/**
 * Waits until every batch that is decided is applied. A projector that died in the middle of one leaves sums without
 * their mirrors until another takes its partitions over, which is no drift, however long it stays. For one job's thread.
 */
final class AppliedPoint {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ReadGeneration generation;
    private final JobContext job;
    private final Duration most;
    private boolean patient = true;

    AppliedPoint(ReadGeneration generation, JobContext job, Duration most) {
        this.generation = generation;
        this.job = job;
        this.most = most;
    }

    /** Whether all that is decided at the call is applied. Where one wait was in vain, later calls look only once. */
    boolean await() {
        Map<String, Long> decided = generation.decided();
        long begun = System.nanoTime();
        while (!applied(decided)) {
            if (!patient || System.nanoTime() - begun >= most.toNanos()) {
                patient = false;
                return false;
            }
            job.pause(PAUSE);
        }
        return true;
    }

    private boolean applied(Map<String, Long> decided) {
        Map<String, Long> done = generation.done();
        return decided.entrySet().stream().allMatch(one -> done.getOrDefault(one.getKey(), 0L) >= one.getValue());
    }
}
