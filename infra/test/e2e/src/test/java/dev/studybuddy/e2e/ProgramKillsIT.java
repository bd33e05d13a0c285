package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.load.LoadPlan;
import dev.studybuddy.load.LoadResult;
import dev.studybuddy.load.LoadRun;
import dev.studybuddy.programs.Service;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Kills programs while many clients write. No event may be lost, no event may count twice in the read model, and the
 * first record of a version must not precede that of an earlier version. The topics may have repeats.
 */
class ProgramKillsIT {

    /** The load ends after the last kill, and sends all these writes only if the kills last for 20 minutes. */
    private static final int MAX_WRITES = 100_000;

    private static final int WRITES_BETWEEN_KILLS = 300;
    private static final int RATE = 80;
    private static final int CLIENTS = 8;
    private static final int USERS = 4;
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(4);

    @Test
    void killsOfAPublisherAndAProjectorLoseNoEventAndCountNoneTwice() throws Exception {
        try (IsolatedServers isolated = new IsolatedServers();
                TestStack stack = TestStack.start("killed", isolated.servers(), 1, 1)) {
            killUnderLoad(
                    stack,
                    List.of(
                            stack.publishers().getFirst(),
                            stack.projectors().getFirst(),
                            stack.projectors().getFirst(),
                            stack.publishers().getFirst(),
                            stack.projectors().getFirst()));
        }
    }

    @Test
    void killsOfTwoPublishersAndTwoProjectorsLoseNoEventAndCountNoneTwice() throws Exception {
        try (IsolatedServers isolated = new IsolatedServers();
                TestStack stack = TestStack.start("killed-in-turn", isolated.servers(), 2, 2)) {
            killUnderLoad(
                    stack,
                    List.of(
                            stack.publishers().getFirst(),
                            stack.projectors().getFirst(),
                            stack.publishers().getLast(),
                            stack.projectors().getLast()));
        }
    }

    /** Kills the programs in turn, at even intervals of the load, and starts each again at once. */
    private static void killUnderLoad(TestStack stack, List<Service> victims) throws Exception {
        AcknowledgedWrites acknowledgedWrites = new AcknowledgedWrites();
        LoadPlan plan = new LoadPlan(stack.root(), 0, MAX_WRITES, CLIENTS, USERS, RATE, 7);
        LoadRun load = new LoadRun(plan, stack.api(), acknowledgedWrites, null);
        LoadResult result;
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<LoadResult> loading = pool.submit(load::run);
            for (Service victim : victims) {
                awaitMoreWrites(load, loading);
                victim.kill();
                victim.start();
            }
            awaitMoreWrites(load, loading);
            load.end();
            result = loading.get(LOAD_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(result.failed())
                .as("a write needs neither publisher nor projector: %s", result)
                .isZero();
        assertThat(result.acknowledged() + result.raced() + result.rejected()).isEqualTo(load.startedWrites());
        assertThat(result.acknowledged())
                .as("most writes are acknowledged: %s", result)
                .isGreaterThan(load.startedWrites() / 2);

        AuditReport report = stack.assertExact(acknowledgedWrites);

        assertThat(report.records() - report.repeats()).isGreaterThan(result.acknowledged() / 2);
        stack.awaitHealthy();
    }

    private static void awaitMoreWrites(LoadRun load, Future<LoadResult> loading) {
        long at = load.startedWrites() + WRITES_BETWEEN_KILLS;
        await("write " + at).atMost(LOAD_LIMIT).until(() -> load.startedWrites() >= at || loading.isDone());
        assertThat(loading).as("the load continues while programs are killed").isNotDone();
    }
}
