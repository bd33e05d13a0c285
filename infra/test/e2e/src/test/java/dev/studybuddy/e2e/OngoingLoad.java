package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.load.LoadPlan;
import dev.studybuddy.load.LoadResult;
import dev.studybuddy.load.LoadRun;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Writes with several clients, in rounds, from its creation until its end. The writes continue during faults. */
final class OngoingLoad implements AutoCloseable {

    private static final int RATE_PER_SECOND = 25;

    /** The load ends at the end of a round. */
    private static final int WRITES_PER_ROUND = 4 * RATE_PER_SECOND;

    private static final int CLIENTS = 6;
    private static final int USERS = 3;
    private static final Duration WAIT_LIMIT = Duration.ofMinutes(5);

    private final TestStack stack;
    private final AcknowledgedWrites acknowledgedWrites = new AcknowledgedWrites();
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Future<?> writer;
    private volatile boolean stopRequested;

    OngoingLoad(TestStack stack) {
        this(stack, true);
    }

    private OngoingLoad(TestStack stack, boolean changesSessions) {
        this.stack = stack;
        this.writer = pool.submit(() -> {
            for (long round = 0; !stopRequested; round++) {
                LoadPlan plan = new LoadPlan(
                        stack.root(), 0, WRITES_PER_ROUND, CLIENTS, USERS, RATE_PER_SECOND, round, changesSessions);
                LoadResult result = new LoadRun(plan, stack.api(), acknowledgedWrites, null).run();
                rejected.addAndGet(result.rejected());
                failed.addAndGet(result.failed());
                answered.addAndGet(result.acknowledged());
            }
            return null;
        });
    }

    /** Creates a load for an API that cannot change a session. */
    static OngoingLoad withoutChangesOfSessions(TestStack stack) {
        return new OngoingLoad(stack, false);
    }

    AcknowledgedWrites acknowledgedWrites() {
        return acknowledgedWrites;
    }

    /** Waits until the given number of further writes is acknowledged. */
    void awaitMoreWrites(int writes) {
        int target = acknowledgedWrites.size() + writes;
        await(writes + " more writes").atMost(WAIT_LIMIT).until(() -> {
            assertThat(writer).as("the load continues").isNotDone();
            return acknowledgedWrites.size() >= target;
        });
    }

    /**
     * Ends after the current round. No write may have failed, because a write needs neither Kafka nor MongoDB, and
     * neither a publisher nor a projector.
     */
    void finish() throws Exception {
        stopRequested = true;
        writer.get(WAIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(failed).as("%s", this).hasValue(0);
        // The API rejects the writes that a stall of the machine delays beyond the deadline of a request.
        assertThat(answered.get()).as("few writes are rejected: %s", this).isGreaterThan(rejected.get() * 10);
    }

    @Override
    public void close() {
        stopRequested = true;
        pool.shutdownNow();
    }

    @Override
    public String toString() {
        return "%s acknowledged, %s rejected, %s failed on %s".formatted(answered, rejected, failed, stack.root());
    }
}
