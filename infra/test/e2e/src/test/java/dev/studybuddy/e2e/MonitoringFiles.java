package dev.studybuddy.e2e;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the queries of the dashboard and of the alerting rules. */
final class MonitoringFiles {

    private static final Pattern EXPRESSION =
            Pattern.compile("(?s)expr: (?:>-)?(.*?)\\n {8}(?:for|labels|annotations):");
    private static final Pattern NO_NAMES =
            Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|without|on|ignoring) ?\\([^)]*\\)|\\boffset \\w+");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.$])[a-zA-Z_]\\w*(?!\\w*\\s*\\()");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless");

    private MonitoringFiles() {}

    static Path folder() {
        return Repository.find().root().resolve("infra/deploy/monitoring");
    }

    /** Returns each query of the dashboard by its panel. A panel with several queries has several entries. */
    static Map<String, String> dashboardQueries() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        JsonNode dashboard =
                JsonMapper.shared().readTree(Files.readString(folder().resolve("grafana/dashboards/pipeline.json")));
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.path("title").asString("") + " "
                                + target.path("refId").asString(""),
                        target.path("expr").asString(""));
            }
        }
        return queries;
    }

    /** Returns the name of each metric that a query of the dashboard or of a rule contains. */
    static Set<String> metricNames() throws IOException {
        Set<String> names = new TreeSet<>();
        dashboardQueries().values().forEach(query -> names.addAll(metricNames(query)));
        EXPRESSION
                .matcher(Files.readString(folder().resolve("alerts.yaml")))
                .results()
                .forEach(match -> names.addAll(metricNames(match.group(1))));
        return names;
    }

    static Set<String> metricNames(String query) {
        Set<String> names = new TreeSet<>();
        NAME.matcher(NO_NAMES.matcher(query).replaceAll(" ")).results().forEach(match -> names.add(match.group()));
        names.removeAll(OPERATORS);
        return names;
    }
}
