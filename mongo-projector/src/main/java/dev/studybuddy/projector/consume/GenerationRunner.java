package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one generation on one thread from {@link #start()} to {@link #close()}. It retries after failures of Kafka and
 * MongoDB. Each runner has a thread of its own instead of a loop that it shares with others, because only the thread
 * that polls a consumer may close it. The thread ends only when the runner is closed or interrupted: after a failure,
 * or after it has found the generation broken, it waits and retries.
 */
public final class GenerationRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GenerationRunner.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration MARK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_POLL_AGE = Duration.ofSeconds(10);

    /**
     * A consumer is stable after it has polled for this long, which is longer than it needs to receive its first
     * records. From the second failure in a row until a consumer is stable, polls do not count for {@link
     * #isPolling()}. After a single failure, polls count at once, so that one failure does not make an instance
     * unready.
     */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(8);

    private final String name;
    private final GenerationFlags flags;
    private final Runnable provisioning;
    private final Supplier<GenerationConsumer> consumerSupplier;
    private final Consumer<String> onBroken;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final MonotonicClock clock;
    private final RetryTimer retryTimer;
    private final Thread thread;

    /** This flag is true from a logged failure until a consumer is stable. Only the thread of the runner uses it. */
    private boolean failing;

    /**
     * This flag is true from the second failure in a row until a consumer is stable. Only the thread of the runner uses
     * it.
     */
    private boolean failingRepeatedly;

    private volatile long startedNanos = Long.MIN_VALUE;
    private volatile Status status = new Status(0, 0, Long.MIN_VALUE);

    private record Status(int partitionCount, long waitingPartitionCount, long polledNanos) {}

    /**
     * Creates the thread, but does not start it.
     *
     * @param name the name of the generation, such as {@code study-g1}
     * @param flags the flags that state whether the generation is live and whether it is paused; its consumer reads
     *     them
     * @param provisioning the work that precedes the first consumer; the runner retries it until it succeeds
     * @param consumerSupplier opens a consumer on each call
     * @param onBroken receives the reason why the generation can no longer become exact, and returns after the record
     *     marks the generation as broken or no longer lists it
     */
    GenerationRunner(
            String name,
            GenerationFlags flags,
            Runnable provisioning,
            Supplier<GenerationConsumer> consumerSupplier,
            Consumer<String> onBroken,
            MonotonicClock clock) {
        this.name = name;
        this.flags = flags;
        this.provisioning = provisioning;
        this.consumerSupplier = consumerSupplier;
        this.onBroken = onBroken;
        this.clock = clock;
        this.retryTimer = new RetryTimer(clock);
        this.thread = Thread.ofPlatform().name("generation-" + name).unstarted(this::run);
    }

    /** Starts the thread that serves the generation. */
    public void start() {
        startedNanos = clock.nanos();
        thread.start();
    }

    /** Returns the name of the generation, such as {@code study-g1}. */
    public String name() {
        return name;
    }

    /**
     * Sets whether the generation is live. The change affects its throttle and its traces, and does not interrupt its
     * consumer.
     */
    public void setLive(boolean nowLive) {
        if (flags.setLive(nowLive)) {
            log.atInfo()
                    .addKeyValue("generation", name)
                    .log(
                            nowLive
                                    ? "The generation is live now; it no longer waits for other generations"
                                    : "The generation is no longer live; it waits while live generations are late");
        }
    }

    /**
     * Sets whether an operator paused the read model of the generation. A paused generation keeps its partitions,
     * completes the batches that are decided, and applies no further records.
     */
    public void setPaused(boolean nowPaused) {
        if (flags.setPaused(nowPaused)) {
            log.atInfo()
                    .addKeyValue("generation", name)
                    .log(
                            nowPaused
                                    ? "An operator paused the generation; its partitions stay assigned, and it applies"
                                            + " no further records"
                                    : "An operator resumed the generation; it continues at the positions of its"
                                            + " journals");
        }
    }

    /** Returns whether an operator paused the read model of the generation. */
    public boolean isPaused() {
        return flags.isPaused();
    }

    /**
     * Returns whether the runner has polled Kafka in the last 10 s. A failure that ends a consumer does not change
     * this, so that a short fault does not make an instance unready. After a second failure in a row, polls count only
     * after a consumer has polled for 8 s, because a consumer may fail soon after each start. A runner that builds a
     * generation has 10 s for its first poll, so that the start of a rebuild does not make an instance unready.
     */
    public boolean isPolling() {
        long polledNanos = status.polledNanos();
        if (polledNanos == Long.MIN_VALUE && !flags.isLive()) {
            polledNanos = startedNanos;
        }
        return polledNanos != Long.MIN_VALUE && clock.nanos() - polledNanos < MAX_POLL_AGE.toNanos();
    }

    /** Returns the number of the generation's partitions that are assigned to this instance. */
    public int partitionCount() {
        return status.partitionCount();
    }

    /**
     * Returns the number of assigned partitions that wait for MongoDB, for their journal or for a permission of Kafka.
     */
    public long waitingPartitionCount() {
        return status.waitingPartitionCount();
    }

    /** Requests that the thread revokes its partitions and ends. It does not wait for the thread. */
    public void requestStop() {
        stopped.countDown();
    }

    /** Returns whether the thread has ended. */
    public boolean hasEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /** Stops the thread and waits at most 15 s until its partitions are revoked. */
    @Override
    public void close() {
        requestStop();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.atWarn()
                        .addKeyValue("generation", name)
                        .addKeyValue("timeoutSeconds", STOP_TIMEOUT.toSeconds())
                        .log("The thread of a generation did not end in time; the shutdown continues");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean prepared = false;
        while (isRunning()) {
            try {
                if (!prepared) {
                    provisioning.run();
                    prepared = true;
                }
                serve();
            } catch (OffsetOutOfRangeException outOfRange) {
                markBroken("the topic no longer holds the records at the journal's position: "
                        + outOfRange.offsetOutOfRangePartitions());
            } catch (InterruptException interrupted) {
                log.atInfo().addKeyValue("generation", name).log("The generation's thread was interrupted; it stops");
                return;
            } catch (RuntimeException | Error failed) {
                backOff(failed);
            }
        }
    }

    /** Marks the generation as broken. The reconciler closes this runner when it reads the mark. */
    private void markBroken(String reason) {
        try {
            onBroken.accept(reason);
            awaitStop(MARK_INTERVAL);
        } catch (RuntimeException | Error failed) {
            backOff(failed);
        }
    }

    private void serve() {
        try (GenerationConsumer consumer = consumerSupplier.get()) {
            long openedNanos = clock.nanos();
            while (isRunning()) {
                consumer.runRound();
                long now = clock.nanos();
                if (failing && now - openedNanos >= STABLE_AFTER.toNanos()) {
                    failing = false;
                    failingRepeatedly = false;
                    retryTimer.recordSuccess();
                    log.atInfo().addKeyValue("generation", name).log("This instance serves the generation again");
                }
                status = new Status(
                        consumer.partitionCount(),
                        consumer.waitingPartitionCount(),
                        failingRepeatedly ? status.polledNanos() : now);
            }
        } finally {
            status = new Status(0, 0, status.polledNanos());
        }
    }

    private boolean isRunning() {
        return stopped.getCount() > 0;
    }

    private void backOff(Throwable failed) {
        Duration wait = retryTimer.recordFailure();
        if (failing) {
            failingRepeatedly = true;
        } else {
            failing = true;
            log.atWarn()
                    .addKeyValue("generation", name)
                    .setCause(failed)
                    .log("This instance cannot serve a generation; it retries at intervals of at most 5 s");
        }
        awaitStop(wait);
    }

    private void awaitStop(Duration wait) {
        try {
            if (stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                log.atDebug().addKeyValue("generation", name).log("The generation was stopped during a wait");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }
}
