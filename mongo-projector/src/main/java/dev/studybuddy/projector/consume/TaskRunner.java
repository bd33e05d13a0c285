package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.journal.BatchGroupRunner;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of partition tasks on the calling thread and through the circuit breaker, and schedules the retry of a
 * task whose work failed. The caller must hold the tasks.
 */
final class TaskRunner {

    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

    private final BatchGroupRunner groupRunner;
    private final BatchCircuitBreaker circuitBreaker;
    private final Throttle throttle;
    private final RefusedWrites refusedWrites;
    private final String generation;

    /**
     * Creates a runner of one generation's tasks.
     *
     * @param generation the name of the generation, such as {@code study-g1}
     */
    TaskRunner(
            BatchGroupRunner groupRunner,
            BatchCircuitBreaker circuitBreaker,
            Throttle throttle,
            RefusedWrites refusedWrites,
            String generation) {
        this.groupRunner = groupRunner;
        this.circuitBreaker = circuitBreaker;
        this.throttle = throttle;
        this.refusedWrites = refusedWrites;
        this.generation = generation;
    }

    /** Runs a piece of work that sends at least one command for one task. */
    void run(PartitionTask task, Runnable work) {
        runThroughBreaker(List.of(task), () -> {
            work.run();
            task.retryTimer().makeDue();
            clearRefusal(task.partition());
            return true;
        });
    }

    /**
     * Reads the journal of a task and applies its plan again. A refusal of the journal itself stays recorded, because
     * only a later decision shows whether MongoDB accepts it. A refused command stays recorded until the position has
     * reached the end of the records that failed.
     */
    void recover(PartitionTask task) {
        runThroughBreaker(List.of(task), () -> {
            task.journal().recover();
            task.discardAppliedRecords();
            task.retryTimer().makeDue();
            refusedWrites.clearUnlessOf(task.journal().collection(), toPartition(task));
            if (task.hasReachedFailedEnd()) {
                refusedWrites.clearCommand(toPartition(task));
            }
            return true;
        });
    }

    /**
     * Records with one command that everything before a position of each task is applied. This ends the failure of a
     * task only if the position has reached the end of the records that failed: after a recovery, a task records a
     * position before these records while it polls them again.
     *
     * @param positions the position of the consumer, which received no record between {@code hi} and this offset
     */
    void recordDone(Map<PartitionTask, Long> positions) {
        Map<PartitionJournal, Long> ends = new HashMap<>();
        positions.forEach((task, position) -> ends.put(task.journal(), position));
        runThroughBreaker(List.copyOf(positions.keySet()), () -> {
            groupRunner.recordDone(ends);
            for (PartitionTask task : positions.keySet()) {
                if (!task.hasPosition()) {
                    recordRace(task);
                } else if (task.hasReachedFailedEnd()) {
                    // A recovery may have applied the batch that failed. Then no later batch shows the success.
                    recordSuccess(task);
                    task.retryTimer().makeDue();
                }
            }
            return true;
        });
    }

    /** Runs one batch of each task as a group. */
    void runGroup(List<PartitionTask> tasks) {
        List<GenerationPartition> partitions =
                tasks.stream().map(this::toPartition).toList();
        runThroughBreaker(tasks, () -> {
            List<TaskBatch> batches = new ArrayList<>();
            throttle.run(partitions, () -> runBatches(tasks, batches));
            return !batches.isEmpty();
        });
    }

    /** Removes the refusals of a partition, because its work succeeded or another instance has it now. */
    void clearRefusal(TopicPartition partition) {
        refusedWrites.clear(new GenerationPartition(generation, partition));
    }

    /**
     * Runs work of tasks if the circuit breaker permits it.
     *
     * @param work returns whether it sent a command
     */
    private void runThroughBreaker(List<PartitionTask> tasks, BooleanSupplier work) {
        if (!circuitBreaker.tryAcquirePermission()) {
            for (PartitionTask task : tasks) {
                task.journal().close();
                task.retainDecodedRecords();
                task.retryTimer().recordFailure();
            }
            return;
        }
        try {
            circuitBreaker.run(work);
        } catch (RuntimeException failed) {
            if (tasks.size() == 1) {
                recordRefusal(tasks.getFirst(), failed);
            }
            tasks.forEach(task -> recordFailure(task, failed));
        }
    }

    /**
     * Runs one batch of each task that has records. Returns for each applied batch how long its oldest record had been
     * in Kafka.
     *
     * @param batches the empty list to which this method adds the batches
     */
    private Map<GenerationPartition, Duration> runBatches(List<PartitionTask> tasks, List<TaskBatch> batches) {
        Map<GenerationPartition, Duration> ages = new HashMap<>();
        try {
            for (PartitionTask task : tasks) {
                TaskBatch batch = task.beginBatch();
                if (batch != null) {
                    batches.add(batch);
                }
            }
            if (!batches.isEmpty()) {
                groupRunner.run(batches.stream().map(TaskBatch::batch).toList());
            }
            for (TaskBatch batch : batches) {
                if (batch.batch().isApplied()) {
                    ages.put(toPartition(batch.task()), complete(batch));
                } else {
                    recordNotApplied(batch);
                }
            }
        } finally {
            batches.forEach(TaskBatch::close);
        }
        return ages;
    }

    private Duration complete(TaskBatch batch) {
        PartitionTask task = batch.task();
        Duration oldest = task.completeBatch(batch);
        refusedWrites.recordApplied();
        recordSuccess(task);
        return oldest;
    }

    private void recordSuccess(PartitionTask task) {
        task.failureLog().recordSuccess();
        task.retryTimer().recordSuccess();
        clearRefusal(task.partition());
    }

    private void recordNotApplied(TaskBatch batch) {
        TemporaryRefusalException refusal = batch.batch().refusal();
        if (refusal == null) {
            recordRace(batch.task());
        } else {
            recordRefusal(batch.task(), refusal);
            recordFailure(batch.task(), refusal);
        }
    }

    /**
     * Records that a journal of the task's group was not at the expected position. The task then reads its own journal
     * again.
     */
    private static void recordRace(PartitionTask task) {
        task.recordFailure();
        task.retryTimer().recordRace();
    }

    /**
     * Records the refused write or command that makes a task wait. The caller records no refusal that made a whole
     * group fail, because the refusal possibly concerns only one of the tasks. Each of these tasks runs alone next.
     */
    private void recordRefusal(PartitionTask task, RuntimeException failed) {
        if (failed instanceof TemporaryRefusalException refused) {
            refusedWrites.record(toPartition(task), refused);
        } else if (failed instanceof FencedSessionLostException lost && lost.isRefusedCommand()) {
            refusedWrites.recordCommand(toPartition(task), lost);
        }
    }

    private GenerationPartition toPartition(PartitionTask task) {
        return new GenerationPartition(generation, task.partition());
    }

    /** Schedules the retry after a failed piece of work, and logs the failure. */
    private void recordFailure(PartitionTask task, RuntimeException failed) {
        task.journal().close();
        task.recordFailure();
        if (failed instanceof FencedSessionLostException lost && lost.isLaterConnection()) {
            task.retryTimer().makeDue();
            log.atDebug()
                    .addKeyValue("partition", task.partition())
                    .log("The driver replaced the fenced session's connection; a new fenced session reads the journal"
                            + " at once");
            return;
        }
        Duration wait = task.retryTimer().recordFailure();
        boolean outage = BatchCircuitBreaker.isOutage(failed)
                && (circuitBreaker.isOpen() || !task.failureLog().countOutage());
        if (outage) {
            log.atDebug()
                    .addKeyValue("partition", task.partition())
                    .addKeyValue("waitMillis", wait.toMillis())
                    .addKeyValue("failure", String.valueOf(failed.getMessage()))
                    .log("MongoDB did not complete the work of a partition; the partition waits and retries");
        } else {
            task.failureLog().recordFailure(failed, wait);
        }
    }
}
