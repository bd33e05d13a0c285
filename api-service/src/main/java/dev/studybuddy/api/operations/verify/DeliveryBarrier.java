package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.outbox.OutboxRow;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Waits until all events of an aggregate are published and applied. Only one job's thread uses an instance. */
final class DeliveryBarrier {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MAX_ROWS = 200;

    private final OutboxTable outbox;
    private final ReadGeneration generation;
    private final JobContext job;
    private final Duration timeout;
    private boolean mayWait = true;

    DeliveryBarrier(OutboxTable outbox, ReadGeneration generation, JobContext job, Duration timeout) {
        this.outbox = outbox;
        this.generation = generation;
        this.job = job;
        this.timeout = timeout;
    }

    /**
     * Waits until the aggregate's events up to a version are processed and applied, and returns whether this happens
     * before the timeout. After one timeout (for example without a publisher or a projector), later calls check only
     * once.
     */
    boolean await(AggregateType type, String id, long upTo) {
        long deadlineNanos = job.clock().nanos() + timeout.toNanos();
        while (!isDelivered(type, id, upTo)) {
            if (!mayWait || job.clock().nanos() - deadlineNanos >= 0) {
                mayWait = false;
                return false;
            }
            job.pause(PAUSE);
        }
        return true;
    }

    private boolean isDelivered(AggregateType type, String id, long upTo) {
        List<OutboxRow> rows = outbox.findByAggregate(type.code(), id, MAX_ROWS).stream()
                .filter(row -> row.aggregateVersion() <= upTo)
                .toList();
        if (rows.stream().anyMatch(row -> !row.processed())) {
            return false;
        }
        Map<String, Long> done = generation.done();
        return rows.stream().allMatch(row -> {
            Long partition = row.sentPartition();
            Long offset = row.sentOffset();
            // A row that was dead-lettered, or acknowledged without its position, has no position on the topic.
            return partition == null
                    || offset == null
                    || done.getOrDefault(Names.journalId(type.code(), partition.intValue()), 0L) > offset;
        });
    }
}
