package dev.studybuddy.bench.projector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProjectorBenchmarkIT {

    @TempDir
    Path folder;

    @Test
    @Tag("long")
    void aSmallRunOfAllCasesIsExactAndLeavesItsReport() throws Exception {
        assertThat(run())
                .containsExactly(
                        "consumer drain 1000",
                        "upserts drain 1000",
                        "sums drain 1000",
                        "connector-1 drain 1000",
                        "connector-4 drain 1000",
                        "projector drain 1000",
                        "projector lag 100",
                        "connector-1-wide drain-wide 1000",
                        "projector-wide drain-wide 1000",
                        "rebuild rebuild 1000",
                        "rebuild rebuild 2000");
        assertThat(folder.resolve("results.txt"))
                .content()
                .contains("MongoDB Kafka connector, 4 tasks", "the first of 2000 aggregates of 400 users");
    }

    /** Runs all cases, checks their results, and returns the id, the scenario and the events of each. */
    private List<String> run() throws IOException {
        Settings settings = Settings.parse(new String[] {"--quick", "--out=" + folder});

        assertThat(ProjectorBenchmark.run(settings, new Report(settings)))
                .as(() -> "every case is measured and exact")
                .isTrue();

        JsonNode results = JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("results.json")))
                .get("results");
        assertThat(results.values())
                .allSatisfy(each -> assertThat(each.get("differences").size()).isZero());
        assertThat(results.values())
                .filteredOn(each -> each.get("id").asString().matches("projector.*|rebuild"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(
                                each.get("figures").get("round trips by batch").asDouble())
                        .isPositive());
        assertThat(folder.resolve("results.svg")).content().startsWith("<svg");
        return results.values().stream()
                .map(each -> each.get("id").asString() + " "
                        + each.get("scenario").asString() + " "
                        + each.get("events").asLong())
                .toList();
    }
}
