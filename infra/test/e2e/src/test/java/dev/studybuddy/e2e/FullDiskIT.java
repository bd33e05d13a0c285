package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.Problems.assertInTime;
import static dev.studybuddy.e2e.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrite;
import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.SqlOnSmallDisk;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fills the disk of the SQL server with the events that wait while Kafka is unavailable. If a machine forbids the mount
 * of the small disk, the test is skipped, and in CI it fails.
 */
@Tag("long")
class FullDiskIT {

    private static final int DISK_MIB = 128;
    /**
     * The test removes a file of this size from the full disk. The marks of the waiting events then need about as much
     * space as the events themselves.
     */
    private static final int BALLAST_MIB = 80;

    private static final int WRITERS = 4;
    private static final int WRITES_ON_A_FULL_DISK = 40;
    private static final Duration FORECAST_LIMIT = Duration.ofMinutes(2);
    private static final Duration FILL_LIMIT = Duration.ofMinutes(10);
    /** The alert fires when its condition has held for five minutes. */
    private static final Duration ALERT_LIMIT = Duration.ofMinutes(8);

    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);
    private static final String FORECAST = "predict_linear(capacity_available[1h], 6 * 3600) < 0";
    private static final String ALMOST_FULL = "capacity_available / capacity < 0.1";

    private final AcknowledgedWrites acknowledgedWrites = new AcknowledgedWrites();

    @Test
    void aFullSqlDiskIsForecastAndNoAcknowledgedWriteIsLost(@TempDir Path folder) throws Exception {
        Path program = InstalledProgram.require("prometheus", "prometheus");
        if (!SqlOnSmallDisk.isPossible()) {
            InstalledProgram.skipOrFailInCi("This machine forbids the mount of a small disk.");
        }
        try (SqlOnSmallDisk sql = SqlOnSmallDisk.start(DISK_MIB, BALLAST_MIB);
                ControllableServer kafka = TestServers.startOwnKafka();
                TestMongo mongo = TestServers.newMongoDatabase();
                DiskExporter exporter = new DiskExporter(sql)) {
            AuditedServers servers = new AuditedServers(sql.url(), "root", "", kafka.url(), mongo.uri(), "full-disk.");
            try (TestStack stack = TestStack.start("full-disk", servers, 1, 1)) {
                Map<String, URI> targets = new TreeMap<>(stack.managementAddresses());
                targets.put("cockroach", exporter.address());
                try (Prometheus prometheus = Prometheus.start(program, folder, targets)) {
                    kafka.kill();
                    fillDisk(stack, prometheus);
                    assertWritesAreRejectedAndReadsContinue(stack);
                    await("the alert fires")
                            .atMost(ALERT_LIMIT)
                            .until(() -> prometheus.alertState("DatabaseDiskFills"), "firing"::equals);
                }
                assertWritesAreRejectedAndReadsContinue(stack);
                List<Long> pids = pids(stack);

                sql.removeBallast();
                await("writes succeed")
                        .atMost(RECOVERY_LIMIT)
                        .until(() -> write(stack).status(), status -> status == 201);
                kafka.start();

                stack.awaitHealthy();
                stack.assertExact(acknowledgedWrites);
                assertThat(pids(stack)).isEqualTo(pids);
            }
        }
    }

    /** Writes until the disk is full, and checks that Prometheus forecasts this before the API rejects a write. */
    private void fillDisk(TestStack stack, Prometheus prometheus) throws Exception {
        AtomicBoolean rejected = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(WRITERS)) {
            Callable<Integer> writer = () -> {
                int writes = 0;
                long endNanos = System.nanoTime() + FILL_LIMIT.toNanos();
                while (!rejected.get() && System.nanoTime() < endNanos) {
                    if (write(stack).status() == 503) {
                        rejected.set(true);
                    }
                    writes++;
                }
                return writes;
            };
            List<Future<Integer>> writers = new ArrayList<>();
            for (int n = 0; n < WRITERS; n++) {
                writers.add(pool.submit(writer));
            }
            await("the forecast")
                    .atMost(FORECAST_LIMIT)
                    .until(() -> !prometheus.query(FORECAST).isEmpty());
            assertThat(prometheus.query(ALMOST_FULL)).isEmpty();
            assertThat(rejected).isFalse();
            for (Future<Integer> each : writers) {
                assertThat(each.get()).isPositive();
            }
        }
        assertThat(rejected).as("the disk is full").isTrue();
    }

    /**
     * Checks that the API rejects most writes with 503 and still answers reads. A few small writes may succeed, because
     * a page of the table may have space.
     */
    private void assertWritesAreRejectedAndReadsContinue(TestStack stack) throws Exception {
        int rejected = 0;
        for (int n = 0; n < WRITES_ON_A_FULL_DISK; n++) {
            rejected += write(stack).status() == 503 ? 1 : 0;
        }
        assertThat(rejected).isGreaterThan(WRITES_ON_A_FULL_DISK / 2);
        Answer read = assertInTime(stack.api().call("GET", "/api/users/leaderboard", null));
        assertThat(read.status()).as(read.toString()).isEqualTo(200);
        assertInTime(stack.api().call("GET", "/health", null));
    }

    /** Creates a todo. The answer is a 201, which is recorded, or a problem after which the client may retry. */
    private Answer write(TestStack stack) throws IOException, InterruptedException {
        Map<String, Object> body =
                Map.of("title", "x".repeat(200), "subject", "Math", "difficulty", "easy", "questionsTarget", 1);
        Answer answer = assertInTime(stack.api().call("POST", "/api/todos", body));
        if (answer.status() == 201) {
            AggregateKey key = new AggregateKey(AggregateType.TODO, answer.text("id"));
            acknowledgedWrites.add(new AcknowledgedWrite(key, answer.version(), AcknowledgedWrite.Effect.CHANGED));
        } else {
            assertProblem(answer, 503);
            assertThat(answer.text("type")).endsWith("/database-unavailable");
            assertThat(answer.header("Retry-After")).isPresent();
        }
        return answer;
    }

    private static List<Long> pids(TestStack stack) {
        return List.of(
                stack.apiService().pid(),
                stack.publishers().getFirst().pid(),
                stack.projectors().getFirst().pid());
    }
}
