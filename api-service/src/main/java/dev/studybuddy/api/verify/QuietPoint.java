package dev.studybuddy.api.verify;

import dev.studybuddy.api.admin.OutboxRow;
import dev.studybuddy.api.admin.OutboxRows;
import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Waits until everything that was written of an aggregate has gone all its way. For one job's thread. */
final class QuietPoint {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MOST_ROWS = 200;

    private final OutboxRows outbox;
    private final ReadGeneration generation;
    private final JobContext job;
    private final Duration most;
    private boolean patient = true;

    QuietPoint(OutboxRows outbox, ReadGeneration generation, JobContext job, Duration most) {
        this.outbox = outbox;
        this.generation = generation;
        this.job = job;
        this.most = most;
    }

    /**
     * Whether the aggregate's events up to a version are processed and applied. Where one wait was in vain (no
     * publisher, no projector), later calls look only once.
     */
    boolean await(AggregateType type, String id, long upTo) {
        long end = System.nanoTime() + most.toNanos();
        while (!settled(type, id, upTo)) {
            if (!patient || System.nanoTime() - end >= 0) {
                patient = false;
                return false;
            }
            job.pause(PAUSE);
        }
        return true;
    }

    private boolean settled(AggregateType type, String id, long upTo) {
        List<OutboxRow> rows = outbox.of(type.code(), id, MOST_ROWS).stream()
                .filter(row -> row.aggregateVersion() <= upTo)
                .toList();
        if (rows.stream().anyMatch(row -> !row.processed())) {
            return false;
        }
        Map<String, Long> done = generation.done();
        return rows.stream().allMatch(row -> {
            Long partition = row.sentPartition();
            Long offset = row.sentOffset();
            // One that was dead-lettered, or acknowledged without its place, has none.
            return partition == null
                    || offset == null
                    || done.getOrDefault(Names.journalId(type.code(), partition.intValue()), 0L) > offset;
        });
    }
}
