package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.Acknowledgements;
import dev.studybuddy.bench.load.LoadPlan;
import dev.studybuddy.bench.load.LoadResult;
import dev.studybuddy.bench.load.LoadRun;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Several clients that write from its making until its end, in rounds, whatever happens meanwhile. */
final class OngoingLoad implements AutoCloseable {

    private static final int RATE = 40;
    private static final int ROUND = 10 * RATE;
    private static final int CLIENTS = 6;
    private static final int USERS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Stack stack;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Future<?> writing;
    private volatile boolean ending;

    OngoingLoad(Stack stack) {
        this.stack = stack;
        this.writing = pool.submit(() -> {
            for (long round = 0; !ending; round++) {
                LoadPlan plan = new LoadPlan(stack.root(), 0, ROUND, CLIENTS, USERS, RATE, round);
                LoadResult result = new LoadRun(plan, stack.api(), acknowledgements, null).run();
                refused.addAndGet(result.refused());
                failed.addAndGet(result.failed());
                answered.addAndGet(result.acknowledged());
            }
            return null;
        });
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** Waits until so many more writes are acknowledged. */
    void awaitMore(int writes) {
        int wanted = acknowledgements.size() + writes;
        await(writes + " more writes").atMost(LIMIT).until(() -> {
            assertThat(writing).as("the load goes on").isNotDone();
            return acknowledgements.size() >= wanted;
        });
    }

    /** Ends with the round under way. Writes need neither Kafka nor MongoDB nor a worker: none may have failed. */
    void end() throws Exception {
        ending = true;
        writing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(failed).as("%s", this).hasValue(0);
        assertThat(answered.get())
                .as("what was written is a load, not refusals: %s", this)
                .isGreaterThan(refused.get() * 20);
    }

    @Override
    public void close() {
        ending = true;
        pool.shutdownNow();
    }

    @Override
    public String toString() {
        return "%s acknowledged, %s refused, %s failed on %s".formatted(answered, refused, failed, stack.root());
    }
}
