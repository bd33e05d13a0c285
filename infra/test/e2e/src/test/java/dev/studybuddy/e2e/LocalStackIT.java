package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Starts, uses and ends the local stack with the scripts that a user calls. */
@Tag("long")
@DisabledIfSystemProperty(
        named = TestServers.MODE_PROPERTY,
        matches = "containers|urls",
        disabledReason = "the local stack starts its own servers")
@Isolated("the load needs the whole machine")
class LocalStackIT {

    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int NOT_RUNNING = 3;
    private static final String RATE = "30";
    private static final String SECONDS_OF_SOAK = "studybuddy.soak.seconds";
    private static final int SECONDS_PER_SAMPLE = 60;
    private static final Path SOAK = Path.of("target", "soak").toAbsolutePath();

    @Test
    void aUserStartsUsesAndEndsTheStack(@TempDir Path folder) throws Exception {
        try (LinkedCheckout checkout = LinkedCheckout.create(folder)) {
            checkout.pass("infra/up --detach --publishers 2 --projectors 2", LIMIT);

            assertThat(checkout.pass("infra/status", LIMIT))
                    .contains("postgres", "kafka", "mongo", "api-service", "outbox-publisher-2", "mongo-projector-2");
            assertThat(checkout.pass("curl -sS $STUDYBUDDY_API/api/health/sync", LIMIT))
                    .contains("\"publishers\"");
            checkout.pass(
                    "infra/api POST /api/todos '{\"title\": \"first\", \"subject\": \"Math\", \"difficulty\": \"easy\","
                            + " \"questionsTarget\": 1}'",
                    LIMIT);
            checkout.pass("infra/api POST '/api/admin/sync/trigger?waitSeconds=30'", LIMIT);
            assertThat(checkout.pass("infra/api GET /api/todos", LIMIT)).contains("\"first\"");

            checkout.pass("infra/down", LIMIT);

            assertThat(checkout.run("infra/status", LIMIT).code()).isEqualTo(NOT_RUNNING);
            assertThat(checkout.run("curl -sS $STUDYBUDDY_API/health", LIMIT).code())
                    .isNotZero();
        }
    }

    /**
     * The property {@code studybuddy.soak.seconds} sets the duration of the load, which is two minutes by default. The
     * samples stay in {@code target/soak}.
     */
    @Test
    void noWriteOfASoakFailsOrIsLostAndEachMinuteHasASample(@TempDir Path folder) throws Exception {
        int seconds = Integer.getInteger(SECONDS_OF_SOAK, 2 * SECONDS_PER_SAMPLE);
        Path samples = Files.createDirectories(SOAK).resolve("samples.jsonl");
        try (LinkedCheckout checkout = LinkedCheckout.create(folder)) {
            checkout.pass("infra/up --detach", LIMIT);

            String printed = checkout.run(
                            "infra/bench/run load --api=$STUDYBUDDY_API --rate=" + RATE + " --duration=" + seconds
                                    + "s --settle=300" + " --samples='" + samples + "' --json='"
                                    + SOAK.resolve("results.json")
                                    + "'",
                            LIMIT.plusSeconds(seconds))
                    .output();

            Files.writeString(SOAK.resolve("results.txt"), printed);
            // A slow machine answers some writes with 503, which the program reports as a failed check.
            assertThat(printed).containsPattern("failed +0 writes").containsPattern("audit +exact of");
            assertThat(Files.readAllLines(samples))
                    .hasSizeGreaterThan(seconds / SECONDS_PER_SAMPLE)
                    .allSatisfy(sample -> assertThat(sample).doesNotContain("\"fault\""));
        }
    }
}
