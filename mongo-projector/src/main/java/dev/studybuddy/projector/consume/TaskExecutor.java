package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the work of partition tasks on threads of its own: at most one piece of work of a task at a time, and several
 * tasks in parallel. Batches run in groups that {@link ReadyTasks} forms. A task with more records after a batch moves
 * to the end of the waiting tasks, so that no task waits for the backlog of another.
 *
 * <p>A recovery reads the journal of a task and applies its plan again. A recovery runs alone, and so do the batches of
 * a task that failed. Updates of the done offsets share a command. All of this work has threads of its own, one fewer
 * than the permits for memory. Therefore one permit remains for the groups, even if MongoDB does not answer for these
 * tasks.
 */
final class TaskExecutor implements AutoCloseable {

    private final TaskRunner runner;
    private final ReadyTasks readyTasks;
    private final ExecutorService groupThreads;
    private final ExecutorService aloneThreads;
    private final Semaphore memoryPermits;
    private final AtomicReference<@Nullable Throwable> unexpected = new AtomicReference<>();
    private final ProgressSignal progress = new ProgressSignal();
    private volatile boolean throttled;

    /**
     * Creates an executor, which starts no thread before the first work.
     *
     * @param threads the number of pieces of work that may run in parallel, at least 2; it also bounds the memory of
     *     their plans
     */
    TaskExecutor(int threads, TaskRunner runner, MonotonicClock clock) {
        this(
                threads,
                runner,
                clock,
                prefix -> Thread.ofPlatform().name(prefix, 1).factory());
    }

    /**
     * Creates an executor, which starts no thread before the first work.
     *
     * @param threadFactories creates the threads whose names begin with a prefix
     */
    TaskExecutor(
            int threads, TaskRunner runner, MonotonicClock clock, Function<String, ThreadFactory> threadFactories) {
        this.runner = runner;
        this.readyTasks = new ReadyTasks(threads, clock);
        this.memoryPermits = new Semaphore(threads, true);
        this.groupThreads = Executors.newFixedThreadPool(threads, threadFactories.apply("batch-group-"));
        this.aloneThreads = Executors.newFixedThreadPool(threads - 1, threadFactories.apply("partition-task-"));
    }

    /**
     * Sets whether batches are throttled. While they are, no batch starts, not even that of a task that already waits
     * for a group, for a thread or for memory. Recoveries and done updates continue. After the end of the throttling,
     * the next call of {@link #startGroups()} starts the groups that waited, and the caller submits the batches of the
     * other tasks again.
     */
    void setThrottled(boolean throttled) {
        this.throttled = throttled;
    }

    /**
     * Submits the batches of a task one after another until its queue is empty. Does nothing if batches are throttled,
     * a worker holds the task, its queue is empty, or its journal must be read first.
     */
    void submitBatches(PartitionTask task) {
        if (throttled || !task.tryAcquireForBatch()) {
            return;
        }
        if (task.runsAlone()) {
            executeAlone(List.of(task), () -> runBatches(List.of(task)));
        } else if (readyTasks.add(task)) {
            startGroups();
        } else {
            task.release();
        }
    }

    /**
     * Stops a task: discards its records, and waits until a worker that runs its work has released it. A task that
     * waits for a group is released at once. Otherwise this method could wait forever, because only the poll loop
     * starts the next group while no group runs, and the poll loop calls this method.
     */
    void stop(PartitionTask task) throws InterruptedException {
        task.preventAcquisitions();
        if (readyTasks.remove(task)) {
            task.release();
        }
        task.awaitStop();
    }

    /** Returns the time until the next group of waiting tasks may start, or zero if no task waits for that time. */
    Duration remainingStartDelay() {
        return readyTasks.remainingStartDelay();
    }

    /**
     * Starts the groups that may start now, or none if batches are throttled. The poll loop calls this as well, because
     * the wait of a task or the throttling may end.
     */
    void startGroups() {
        if (throttled) {
            return;
        }
        List<PartitionTask> group = readyTasks.takeGroup();
        while (!group.isEmpty()) {
            List<PartitionTask> tasks = group;
            if (!tryExecute(groupThreads, tasks, () -> runGroup(tasks))) {
                readyTasks.endGroup();
            }
            group = readyTasks.takeGroup();
        }
    }

    private void runGroup(List<PartitionTask> tasks) {
        try {
            run(tasks, () -> runBatches(tasks));
        } finally {
            readyTasks.endGroup();
        }
        startGroups();
    }

    /** Runs a batch of each task, unless batches were throttled while the tasks waited for a thread or for memory. */
    private void runBatches(List<PartitionTask> tasks) {
        if (!throttled) {
            runner.runGroup(tasks);
        }
    }

    /** Submits a recovery, which reads the journal and applies its plan again, unless a worker holds the task. */
    void submitRecovery(PartitionTask task) {
        submitAlone(task, () -> runner.recover(task));
    }

    /**
     * Submits the journal updates that record everything before a position of each task as applied. The tasks share one
     * command, except for those that run alone since a failure. Omits the tasks that a worker holds.
     *
     * @param positions the position of the consumer, which received no record between {@code hi} and this offset
     */
    void submitDoneUpdates(Map<PartitionTask, Long> positions) {
        Map<PartitionTask, Long> together = new LinkedHashMap<>();
        positions.forEach((task, position) -> {
            if (task.tryAcquire()) {
                if (task.runsAlone()) {
                    executeDoneUpdates(Map.of(task, position));
                } else {
                    together.put(task, position);
                }
            }
        });
        if (!together.isEmpty()) {
            executeDoneUpdates(together);
        }
    }

    private void executeDoneUpdates(Map<PartitionTask, Long> positions) {
        executeAlone(List.copyOf(positions.keySet()), () -> runner.recordDone(positions));
    }

    /**
     * Waits at most for the timeout until a piece of work ends. Does not wait if one has ended since the previous call.
     */
    void awaitProgress(Duration timeout) {
        try {
            progress.await(timeout);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptException(interrupted);
        }
    }

    /**
     * Rethrows an unexpected exception of a piece of work.
     *
     * @throws IllegalStateException if a piece of work could not start or threw an unexpected exception, which is the
     *     cause
     */
    void rethrowUnexpected() {
        Throwable thrown = unexpected.getAndSet(null);
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Runs a piece of work of a stopped task on the calling thread. */
    void runOnThisThread(PartitionTask task, Runnable work) {
        runner.run(task, work);
    }

    /** Removes the refusals of a partition that this instance no longer has. */
    void clearRefusal(TopicPartition partition) {
        runner.clearRefusal(partition);
    }

    /** Stops the threads. The caller must have stopped every task before. */
    @Override
    public void close() {
        groupThreads.shutdownNow();
        aloneThreads.shutdownNow();
    }

    private void submitAlone(PartitionTask task, Runnable work) {
        if (task.tryAcquire()) {
            executeAlone(List.of(task), work);
        }
    }

    private void executeAlone(List<PartitionTask> tasks, Runnable work) {
        tryExecute(aloneThreads, tasks, () -> run(tasks, work));
    }

    /**
     * Submits work of acquired tasks to threads. If the work cannot start, for example because the machine has no more
     * threads, releases the tasks, records the cause for the poll loop, and returns false.
     */
    private boolean tryExecute(ExecutorService threads, List<PartitionTask> tasks, Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (RuntimeException | Error thrown) {
            unexpected.set(thrown);
            tasks.forEach(PartitionTask::release);
            progress.send();
            return false;
        }
    }

    /** Runs work of acquired tasks, releases the tasks, and submits their next batches. */
    private void run(List<PartitionTask> tasks, Runnable work) {
        try {
            memoryPermits.acquire();
            try {
                work.run();
            } finally {
                memoryPermits.release();
            }
        } catch (InterruptedException interrupted) {
            // Only close() interrupts these threads, after every task has stopped.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error thrown) {
            unexpected.set(thrown);
        } finally {
            tasks.forEach(PartitionTask::release);
            progress.send();
        }
        if (!groupThreads.isShutdown()) {
            tasks.forEach(this::submitBatches);
        }
    }
}
