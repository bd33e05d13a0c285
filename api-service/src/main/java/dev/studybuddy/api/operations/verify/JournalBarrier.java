package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.PartitionProgress;
import dev.studybuddy.api.mongo.ReadGeneration;
import java.time.Duration;
import java.util.Map;

/**
 * Waits until every decided batch is applied. A projector that crashes in the middle of a batch leaves rollups without
 * their mirrors until another instance takes over its partitions. Such a difference is not drift, however long it
 * lasts. Only one job's thread uses an instance.
 */
final class JournalBarrier {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

    private final ReadGeneration generation;
    private final JobContext job;
    private final Duration timeout;
    private boolean mayWait = true;

    JournalBarrier(ReadGeneration generation, JobContext job, Duration timeout) {
        this.generation = generation;
        this.job = job;
        this.timeout = timeout;
    }

    /**
     * Waits until every batch that is decided at the call is applied, and returns false if the timeout passes first.
     * After one timeout, later calls check only once.
     */
    boolean await() {
        Map<String, PartitionProgress> decided = generation.positions();
        long startedNanos = job.clock().nanos();
        while (!isApplied(decided)) {
            if (!mayWait || job.clock().nanos() - startedNanos >= timeout.toNanos()) {
                mayWait = false;
                return false;
            }
            job.waitFor(CHECK_INTERVAL);
        }
        return true;
    }

    private boolean isApplied(Map<String, PartitionProgress> decided) {
        Map<String, Long> done = generation.done();
        return decided.entrySet().stream().allMatch(position -> {
            Long hi = position.getValue().hi();
            return hi != null && done.getOrDefault(position.getKey(), -1L) >= hi;
        });
    }
}
