package dev.studybuddy.bench.relays;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RelayBenchmarkIT {

    @TempDir
    Path folder;

    @Test
    @Tag("long")
    void aSmallRunOfThreeLimitsIsCompleteInOrderAndLeavesItsReport() throws Exception {
        Settings settings = Settings.parse(
                new String[] {
                    "--quick", "--relays", "mark,writes,pipeline", "--rates", "50", "--seconds=1", "--out=" + folder
                },
                new Relays().ids());

        List<String> failures = RelayBenchmark.run(settings, new Report(settings));

        assertThat(failures).isEmpty();
        JsonNode results = JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("results.json")))
                .get("results");
        assertThat(results.values())
                .extracting(each -> each.get("relay").asString() + " "
                        + each.get("scenario").asString())
                .containsExactly("mark drain", "writes writes", "pipeline drain", "pipeline hot keys", "pipeline lag");
        assertThat(results.values()).allSatisfy(each -> {
            assertThat(each.get("missing").asLong()).isZero();
            assertThat(each.get("outOfOrder").asLong()).isZero();
            assertThat(each.get("publishedPerSecond").asDouble()).isPositive();
        });
        assertThat(folder.resolve("results.svg")).content().startsWith("<svg");
        assertThat(folder.resolve("results.md"))
                .content()
                .contains("| limit: bare pipeline |", "| no relay: writes only |");
        assertThat(folder.resolve("results.txt"))
                .content()
                .contains("limit: bare pipeline")
                .contains("CPU time at an offered rate");
    }
}
