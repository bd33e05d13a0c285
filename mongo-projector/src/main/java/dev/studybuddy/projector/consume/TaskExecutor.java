package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.mongo.MongoCircuitBreaker;
import dev.studybuddy.projector.mongo.SessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of partition tasks on threads of its own: at most one piece of work of a task at a time, and several
 * tasks in parallel. A task with more records after a batch moves to the end of the executor's queue, so that no task
 * waits for the backlog of another. The queue holds each task at most once.
 */
final class TaskExecutor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TaskExecutor.class);

    private final MongoCircuitBreaker circuitBreaker;
    private final Throttle throttle;
    private final RefusedWrites refusedWrites;
    private final String generation;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable Throwable> unexpected = new AtomicReference<>();
    private final Semaphore progress = new Semaphore(0);
    private volatile boolean throttled;

    /**
     * Starts no thread before the first work.
     *
     * @param generation the name of the generation, such as {@code study-g1}
     */
    TaskExecutor(
            int threads,
            MongoCircuitBreaker circuitBreaker,
            Throttle throttle,
            RefusedWrites refusedWrites,
            String generation) {
        this.circuitBreaker = circuitBreaker;
        this.throttle = throttle;
        this.refusedWrites = refusedWrites;
        this.generation = generation;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("partition-task-", 1).factory());
    }

    /** Prevents the start of further batches, or allows it again. Recoveries and done updates continue. */
    void setThrottled(boolean throttled) {
        this.throttled = throttled;
    }

    /**
     * Submits the batches of a task one after another until its queue is empty. Does nothing if batches are throttled,
     * a worker holds the task, its queue is empty, or its journal must be read first.
     */
    void submitBatches(PartitionTask task) {
        if (!throttled && task.tryAcquireForBatch()) {
            submit(task, () -> {
                throttle.run(task, task::processBatch);
                if (task.hasPosition()) {
                    task.failureLog().recordSuccess();
                    task.retryTimer().recordSuccess();
                }
            });
        }
    }

    /** Submits a recovery, which reads the journal and applies its plan again, unless a worker holds the task. */
    void submitRecovery(PartitionTask task) {
        if (task.tryAcquire()) {
            submit(task, task.journal()::recover);
        }
    }

    /**
     * Submits a journal update that records everything before a position as applied, unless a worker holds the task.
     *
     * @param position the position of the consumer, which received no record between {@code hi} and this offset
     */
    void submitDoneUpdate(PartitionTask task, long position) {
        if (task.tryAcquire()) {
            submit(task, () -> task.journal().recordDone(position));
        }
    }

    /** Waits until a piece of work has ended since the previous call, at most for the timeout. */
    void awaitProgress(Duration timeout) {
        try {
            if (progress.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                progress.drainPermits();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptException(interrupted);
        }
    }

    /**
     * Rethrows an unexpected exception of a piece of work.
     *
     * @throws IllegalStateException if a piece of work threw an unexpected exception, which is the cause
     */
    void rethrowUnexpected() {
        Throwable thrown = unexpected.getAndSet(null);
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Runs a piece of work of a stopped task on the calling thread. */
    void runOnThisThread(PartitionTask task, Runnable work) {
        runThroughBreaker(task, work);
    }

    /** Stops the threads. The caller has stopped every task before. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void submit(PartitionTask task, Runnable work) {
        threads.execute(() -> {
            try {
                runThroughBreaker(task, work);
            } catch (RuntimeException | Error thrown) {
                unexpected.set(thrown);
            } finally {
                task.release();
                progress.release();
            }
            if (!threads.isShutdown()) {
                submitBatches(task);
            }
        });
    }

    private void runThroughBreaker(PartitionTask task, Runnable work) {
        if (!circuitBreaker.tryAcquirePermission()) {
            task.journal().close();
            task.retryTimer().recordFailure();
            return;
        }
        try {
            circuitBreaker.run(() -> {
                work.run();
                return true;
            });
            task.retryTimer().makeDue();
            forgetRefusals(task.partition());
        } catch (TemporaryRefusalException refused) {
            task.journal().close();
            refusedWrites.record(new RefusedWrites.Partition(generation, task.partition()), refused);
            handleFailure(refused, task);
        } catch (RuntimeException failed) {
            task.journal().close();
            handleFailure(failed, task);
        }
    }

    /** Forgets the refused write of a partition, because its work succeeded or another instance has it now. */
    void forgetRefusals(TopicPartition partition) {
        refusedWrites.clear(new RefusedWrites.Partition(generation, partition));
    }

    /** Schedules the retry after a failed piece of work, and logs the failure. */
    private static void handleFailure(RuntimeException failed, PartitionTask task) {
        if (failed instanceof SessionLostException lost && !lost.isOutage()) {
            task.retryTimer().makeDue();
            log.atDebug()
                    .addKeyValue("partition", task.partition())
                    .log("The session's connection was replaced; a new session reads the journal at once");
            return;
        }
        Duration wait = task.retryTimer().recordFailure();
        if (MongoCircuitBreaker.isOutage(failed)) {
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
