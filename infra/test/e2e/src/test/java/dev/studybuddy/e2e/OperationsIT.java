package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Monitors and operates a stack as an operator does: with Prometheus, the queries of the dashboard, and the runbooks.
 */
class OperationsIT {

    private static final Duration PANEL_LIMIT = Duration.ofMinutes(3);
    private static final Duration FIRST_ROUNDS_LIMIT = Duration.ofMinutes(2);
    private static final Duration SCRAPE_LIMIT = Duration.ofSeconds(60);
    private static final Duration ALERT_LIMIT = Duration.ofMinutes(4);
    private static final Pattern COMMANDS = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_]\\w*)[ {]");

    private static final List<String> LAG_ALERTS = List.of("NoPublisher", "SyncLagHigh", "SyncLagCritical");
    /** This page is the last one, because its commands delete records that the rebuilds of the other pages need. */
    private static final String LAST_PAGE = "history.md";

    private static final String PAGE_OF_PREVIOUS_GENERATIONS = "roll-back.md";
    private static final String PAGE_OF_REBUILDS = "rebuild.md";

    /**
     * The services do not report these metrics from their start. The first three come from Prometheus and CockroachDB.
     * The others exist only while a partition waits, or after a garbage collection.
     */
    private static final Set<String> NOT_FROM_THE_START = Set.of(
            "up",
            "capacity",
            "capacity_available",
            "projector_refused_write_seconds",
            "projector_refused_command_seconds",
            "projector_newer_schema_seconds",
            "projector_position_wait_seconds",
            "projector_permission_wait_seconds",
            "jvm_gc_pause_seconds_sum");

    private static ControllableServer sql;
    private static TestMongo mongo;
    private static TestTopics topics;
    private static TestStack stack;
    private static Set<String> metricsAtTheStart;
    private static OldKafkaObjects oldObjects;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.startOwnSql();
        mongo = TestServers.newMongoDatabase();
        topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
        AuditedServers servers = new AuditedServers(
                sql.url(), "root", "", TestServers.kafkaBootstrapServers(), mongo.uri(), topics.prefix());
        oldObjects = new OldKafkaObjects(topics);
        oldObjects.create();
        LeastRights.createUsers(sql.url());
        CompletableFuture<Void> rights = LeastRights.grantToPublisherWhenMigrated(sql.url());
        stack = TestStack.start("operations", servers, 1, 1, Map.of(), LeastRights.SETTINGS);
        rights.join();
        metricsAtTheStart = scrapeUntilTheFirstRoundsHaveEnded();
    }

    @AfterAll
    static void end() throws Exception {
        if (stack != null) {
            stack.close();
        }
        topics.remove();
        mongo.close();
        sql.close();
    }

    @Test
    void theServicesRunAsUsersWithLeastRights() throws Exception {
        makeTraffic();

        try (Connection publisher = DriverManager.getConnection(sql.url(), "studybuddy_publisher", "");
                Statement statement = publisher.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM users"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("CREATE TABLE mine (id int)"))
                    .hasMessageContaining("permission denied");
        }
        try (Connection api = DriverManager.getConnection(sql.url(), "studybuddy_api", "");
                Statement statement = api.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DROP TABLE todos")).hasMessageContaining("must be owner");
        }
    }

    @Test
    void everyMetricOfARuleOrAPanelExistsFromTheStart() throws Exception {
        Set<String> wanted = wantedMetrics();

        assertThat(wanted).hasSizeGreaterThan(50).contains("sync_lag_seconds", "outbox_queue_size");
        assertThat(metricsAtTheStart).containsAll(wanted);
    }

    @Test
    void everyPanelOfTheDashboardShowsANumberAndEveryRuleIsEvaluated(@TempDir Path folder) throws Exception {
        Path program = InstalledProgram.require("prometheus", "prometheus");
        // The drift is NaN before the first verify has ended.
        new ReadModelOperator(stack, Names.STUDY).verify(false);
        try (Prometheus prometheus = Prometheus.start(program, folder, stack.managementAddresses())) {
            Set<String> empty = new TreeSet<>(MonitoringFiles.dashboardQueries().keySet());
            await("each panel shows data").atMost(PANEL_LIMIT).untilAsserted(() -> {
                makeTraffic();
                for (Map.Entry<String, String> query :
                        MonitoringFiles.dashboardQueries().entrySet()) {
                    String expression = query.getValue().replace("$__rate_interval", "20s");
                    if (empty.contains(query.getKey()) && hasFiniteValue(prometheus.query(expression))) {
                        empty.remove(query.getKey());
                    }
                }
                assertThat(empty).as(prometheus.scrapeErrors().toString()).isEmpty();
            });
            assertThat(rules(prometheus))
                    .hasSizeGreaterThan(20)
                    .allSatisfy(rule -> assertThat(rule.path("health").asString(""))
                            .as(rule.toString())
                            .isEqualTo("ok"));
        }
    }

    /** Returns whether a series has a value that a panel can draw, which NaN and the infinities are not. */
    private static boolean hasFiniteValue(JsonNode series) {
        return series.valueStream()
                .map(one -> one.path("value").path(1).asString(""))
                .anyMatch(value -> Double.isFinite(Double.parseDouble(value.replace("Inf", "Infinity"))));
    }

    /** Each rule requires that its condition holds for a minute before the alert fires. */
    @Test
    @Tag("long")
    void theLagAlertsFireWhileNoPublisherRunsAndThenClear(@TempDir Path folder) throws Exception {
        Path prometheusProgram = InstalledProgram.require("prometheus", "prometheus");
        Path alertmanagerProgram = InstalledProgram.require("prometheus-alertmanager", "prometheus-alertmanager");
        try (Alertmanager alertmanager = new Alertmanager(alertmanagerProgram, folder)) {
            Map<String, URI> targets = new TreeMap<>(stack.managementAddresses());
            targets.put("alertmanager", alertmanager.address());
            try (Prometheus prometheus = Prometheus.start(prometheusProgram, folder, targets)) {
                stack.publishers().getFirst().stop();
                makeTraffic();
                for (String alert : LAG_ALERTS) {
                    await(alert).atMost(ALERT_LIMIT).until(() -> prometheus.alertState(alert), "firing"::equals);
                }
                awaitMessages(alertmanager, "firing");

                stack.publishers().getFirst().start().awaitReady();

                for (String alert : LAG_ALERTS) {
                    await(alert).atMost(ALERT_LIMIT).until(() -> prometheus.alertState(alert), "inactive"::equals);
                }
                awaitMessages(alertmanager, "resolved");
            }
        }
        stack.awaitHealthy();
    }

    /** Waits until the person on call got a message about each critical alert. */
    private static void awaitMessages(Alertmanager alertmanager, String status) {
        for (String alert : List.of("NoPublisher", "SyncLagCritical")) {
            await(alert + " " + status)
                    .atMost(ALERT_LIMIT)
                    .untilAsserted(() -> assertThat(alertmanager.hasSent(alert, status))
                            .as(alertmanager.messages().toString())
                            .isTrue());
        }
    }

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(runbooks())) {
            return files.filter(OperationsIT::hasCommands)
                    .map(file -> file.getFileName().toString())
                    .sorted(Comparator.<String, Boolean>comparing(LAST_PAGE::equals)
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandOfARunbookSucceeds(String page, @TempDir Path folder) throws Exception {
        OperatorShell.requirePrograms();
        String commands = COMMANDS.matcher(Files.readString(runbooks().resolve(page)))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.joining("\n"));

        if (page.equals(PAGE_OF_REBUILDS)) {
            // The aborted rebuild leaves a gap, so that the page cannot compute the number of the previous generation.
            new ReadModelOperator(stack, Names.STUDY).abortARebuild();
        }
        Map<String, String> variables = page.equals(PAGE_OF_PREVIOUS_GENERATIONS) ? rebuildAll() : Map.of();

        new OperatorShell(stack, folder).run(page, commands, variables);

        if (page.equals(LAST_PAGE)) {
            assertThat(oldObjects.countTopics()).isZero();
        }
        if (page.equals(PAGE_OF_REBUILDS)) {
            assertThat(oldObjects.groupExists()).isFalse();
        }
    }

    /** Rebuilds each read model, and returns the variables that hold the numbers of the previous generations. */
    private static Map<String, String> rebuildAll() {
        Map<String, String> variables = new TreeMap<>();
        for (String model : List.of(Names.STUDY, Names.SUBJECTS)) {
            ReadModelOperator operator = new ReadModelOperator(stack, model);
            variables.put("PREVIOUS_" + model.toUpperCase(Locale.ROOT), Integer.toString(operator.readActive()));
            operator.awaitActive(operator.rebuild());
        }
        return variables;
    }

    private static boolean hasCommands(Path page) {
        try {
            return page.toString().endsWith(".md")
                    && COMMANDS.matcher(Files.readString(page)).find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path runbooks() {
        return Repository.find().root().resolve("infra/docs/runbooks");
    }

    /** Writes and reads once, so that each counter of the pipeline rises. */
    private static void makeTraffic() {
        Answer created = stack.callWithRetry(
                "POST",
                "/api/todos",
                Map.of("title", "watched", "subject", "Math", "difficulty", "easy", "questionsTarget", 1),
                Map.of());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        stack.callWithRetry("GET", "/api/users/leaderboard", null, Map.of());
    }

    private static Set<String> wantedMetrics() throws IOException {
        Set<String> wanted = MonitoringFiles.metricNames();
        wanted.removeAll(NOT_FROM_THE_START);
        return wanted;
    }

    /**
     * Scrapes until all metrics exist, because some gauges are measured only every 10 s, and returns the names of the
     * metrics. During this time, the test sends no request.
     */
    private static Set<String> scrapeUntilTheFirstRoundsHaveEnded() throws Exception {
        Set<String> wanted = wantedMetrics();
        long end = System.nanoTime() + FIRST_ROUNDS_LIMIT.toNanos();
        Set<String> names = scrape();
        while (!names.containsAll(wanted) && System.nanoTime() < end) {
            names = await().atMost(SCRAPE_LIMIT)
                    .pollDelay(Duration.ofSeconds(1))
                    .until(OperationsIT::scrape, any -> true);
        }
        return names;
    }

    private static Set<String> scrape() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (URI address : stack.managementAddresses().values()) {
                HttpRequest request = HttpRequest.newBuilder(address.resolve("/actuator/prometheus"))
                        .build();
                String text = client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
                SAMPLE.matcher(text).results().forEach(match -> names.add(match.group(1)));
            }
        }
        return names;
    }

    private static List<JsonNode> rules(Prometheus prometheus) throws IOException, InterruptedException {
        List<JsonNode> rules = new ArrayList<>();
        prometheus.rules().path("groups").forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }
}
