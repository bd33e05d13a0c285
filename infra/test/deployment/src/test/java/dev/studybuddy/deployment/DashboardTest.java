package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the Grafana dashboard. The end-to-end tests run its queries against a real Prometheus. */
class DashboardTest {

    private static final String DASHBOARD = "infra/deploy/monitoring/grafana/dashboards/pipeline.json";

    private static final Pattern RESPONSE_TIMES = Pattern.compile("http_server_requests_seconds_bucket\\{[^}]*}");

    private static final List<String> PANELS_OF_THE_ORIGINAL_GUIDE = List.of(
            "API response time",
            "Outbox queue size",
            "Sync lag",
            "MongoDB query time",
            "CockroachDB query time",
            "Publisher throughput",
            "Worker throughput");

    @Test
    void theDashboardHasEveryPanelOfTheOriginalGuide() throws IOException {
        List<String> titles =
                panels().stream().map(panel -> panel.path("title").asString("")).toList();

        assertThat(titles).containsAll(PANELS_OF_THE_ORIGINAL_GUIDE).doesNotHaveDuplicates();
    }

    @Test
    void responseTimesAreShownAsThreePercentiles() throws IOException {
        for (String title : List.of("API response time", "MongoDB query time", "CockroachDB query time")) {
            List<String> queries = panels().stream()
                    .filter(panel -> panel.path("title").asString("").equals(title))
                    .flatMap(panel -> queries(panel).stream())
                    .toList();
            assertThat(queries).as(title).hasSize(3);
            assertThat(queries.toString()).contains("(0.5,", "(0.95,", "(0.99,");
        }
    }

    @Test
    void thePanelOfResponseTimesCountsTheRequestsThatTheAlertCounts() throws IOException {
        Matcher ofAlert = RESPONSE_TIMES.matcher(Repository.read("infra/deploy/monitoring/alerts.yaml"));
        assertThat(ofAlert.find()).isTrue();

        assertThat(panels())
                .filteredOn(panel -> panel.path("title").asString("").equals("API response time"))
                .flatExtracting(DashboardTest::queries)
                .hasSize(3)
                .allSatisfy(query -> assertThat(query).contains(ofAlert.group()));
    }

    @Test
    void everyPanelExplainsItsValuesAndPlacesDoNotOverlap() throws IOException {
        List<String> places = new ArrayList<>();
        assertThat(panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("description").asString("")).endsWith(".");
            assertThat(queries(panel)).isNotEmpty();
            JsonNode place = panel.path("gridPos");
            places.add(place.path("x") + "/" + place.path("y"));
            assertThat(place.path("x").asInt(0) + place.path("w").asInt(0)).isLessThanOrEqualTo(24);
        });
        assertThat(places).doesNotHaveDuplicates();
    }

    @Test
    void prometheusCanReadEveryQuery(@TempDir Path folder) throws Exception {
        Tool promtool = Tool.require("promtool", "prometheus");
        StringBuilder rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
        int number = 0;
        for (JsonNode panel : panels()) {
            for (String query : queries(panel)) {
                rules.append("      - record: query_").append(number++).append("\n        expr: |-\n          ");
                rules.append(query.replace("$__rate_interval", "1m")).append('\n');
            }
        }
        Path file = folder.resolve("queries.yaml");
        Files.writeString(file, rules);

        assertThat(promtool.pass("check", "rules", file.toString())).contains(number + " rules found");
    }

    private static List<JsonNode> panels() throws IOException {
        JsonNode dashboard = JsonMapper.shared().readTree(Repository.read(DASHBOARD));
        return dashboard
                .path("panels")
                .valueStream()
                .filter(panel -> !panel.path("type").asString("").equals("row"))
                .toList();
    }

    private static List<String> queries(JsonNode panel) {
        return panel.path("targets")
                .valueStream()
                .map(target -> target.path("expr").asString(""))
                .toList();
    }
}
