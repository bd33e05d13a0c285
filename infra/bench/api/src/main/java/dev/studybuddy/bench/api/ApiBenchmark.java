package dev.studybuddy.bench.api;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.bench.api.Load.Measurement;
import dev.studybuddy.bench.api.Load.OperationFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This program runs the API benchmark for {@code infra/bench/run api}. The README lists its options. */
public final class ApiBenchmark {

    private static final Logger log = LoggerFactory.getLogger(ApiBenchmark.class);
    private static final String LEADERBOARD = "/api/users/leaderboard?period=month&limit=10";
    private static final String AROUND = "/api/users/leaderboard?period=month&limit=10&around=";
    private static final String ANALYTICS = "/api/reports/analytics?days=30";
    private static final String SESSIONS = "/api/sessions?limit=50";
    private static final String TODOS = "/api/todos?limit=50";
    private static final List<String> REPORTS = List.of(LEADERBOARD, ANALYTICS);
    private static final List<String> LISTS = List.of(SESSIONS, TODOS);
    private static final List<Integer> UNCACHED_CONNECTIONS = List.of(1, 10);
    private static final int WRITERS = 10;

    private final ApiServers servers;
    private final Settings settings;
    private final int users;
    private final HttpOperations operations;
    private final List<Result> results = new ArrayList<>();

    private ApiBenchmark(ApiServers servers, Settings settings, int users) {
        this.servers = servers;
        this.settings = settings;
        this.users = users;
        this.operations = new HttpOperations(servers.apiPort(), users);
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.parse(arguments);
        new Report(settings).finish(run(settings));
    }

    /** Measures all selected cases for each number of users. */
    static List<Result> run(Settings settings) throws Exception {
        List<Result> results = new ArrayList<>();
        for (int users : settings.users()) {
            results.addAll(run(settings, users));
        }
        return results;
    }

    private static List<Result> run(Settings settings, int users) throws Exception {
        Path folder = Files.createTempDirectory("api-bench");
        try (ApiServers servers = new ApiServers(folder)) {
            try (Connection connection = servers.connect()) {
                DatabaseSeeder.fillSql(connection, users, settings.sessions());
            }
            DatabaseSeeder.fillMongo(servers.database(), users);
            ApiBenchmark benchmark = new ApiBenchmark(servers, settings, users);
            benchmark.measureRequests();
            benchmark.measureStarvation();
            benchmark.measureLists();
            benchmark.measureUncachedLeaderboard();
            return benchmark.results;
        } finally {
            deleteFolder(folder);
        }
    }

    private void measureRequests() throws Exception {
        MongoCollection<Document> slow = servers.slowDatabase().getCollection("dual_write");
        for (int connections : settings.connections()) {
            measure("post", "POST /api/todos", connections, operations.post());
            measure("patch", "PATCH /api/todos/{id}", connections, operations.patch());
            measure("leaderboard", "GET leaderboard", connections, operations.get(LEADERBOARD));
            measure("analytics", "GET analytics", connections, operations.get(ANALYTICS));
            measure("jdbc", "bare JDBC transaction", connections, BareTransactions.on(servers, users, null));
            servers.delayMongo(settings.delay());
            measure("post-slow", "POST /api/todos, slow MongoDB", connections, operations.post());
            measure("dual", "dual write, slow MongoDB", connections, BareTransactions.on(servers, users, slow));
            servers.delayMongo(Duration.ZERO);
        }
    }

    private void measureStarvation() throws Exception {
        if (!settings.measures("starvation")) {
            return;
        }
        add("starvation", "POST, no readers", WRITERS, post());
        measurePostDuringReads("starvation", "POST, " + settings.readers() + " readers", REPORTS);
        servers.delayMongo(Duration.ofSeconds(1));
        measurePostDuringReads("starvation", "POST, " + settings.readers() + " readers, slow MongoDB", REPORTS);
        servers.delayMongo(Duration.ZERO);
        servers.stopMongo();
        measurePostDuringReads("starvation", "POST, " + settings.readers() + " readers, stopped MongoDB", REPORTS);
        servers.startMongo();
    }

    private void measureLists() throws Exception {
        if (!settings.measures("lists")) {
            return;
        }
        add("lists", "POST, no readers", WRITERS, post());
        measurePostDuringReads("lists", "POST, " + settings.readers() + " readers of lists", LISTS);
    }

    /** Measures the leaderboard on an API that computes each page again when it is a millisecond old. */
    private void measureUncachedLeaderboard() throws Exception {
        if (!settings.measures("uncached")) {
            return;
        }
        servers.restartApi(Map.of("STUDYBUDDY_LEADERBOARD_CACHE", "1ms"));
        for (int connections : UNCACHED_CONNECTIONS) {
            measure("uncached", "GET leaderboard, uncached", connections, operations.get(LEADERBOARD));
            measure(
                    "uncached",
                    "GET leaderboard around a user, uncached",
                    connections,
                    operations.getAroundUsers(AROUND));
        }
    }

    private Measurement post() throws Exception {
        return Load.atRate(
                WRITERS, operations.post(), settings.writesPerSecond(), settings.warmUp(), settings.duration());
    }

    /** Adds the result of the writes, and below it the result of the readers that read at the same time. */
    private void measurePostDuringReads(String id, String title, List<String> paths) throws Exception {
        try (ExecutorService readers = Executors.newSingleThreadExecutor()) {
            Future<Measurement> reads = readers.submit(() -> Load.closed(
                    settings.readers(),
                    number -> operations.get(paths.get(number % paths.size())).create(number),
                    settings.warmUp(),
                    settings.duration()));
            add(id, title, WRITERS, post());
            add(id, "  its readers", settings.readers(), reads.get());
        }
    }

    private void measure(String id, String title, int connections, OperationFactory factory) throws Exception {
        if (settings.measures(id)) {
            add(id, title, connections, Load.closed(connections, factory, settings.warmUp(), settings.duration()));
        }
    }

    private void add(String id, String title, int connections, Measurement measurement) {
        Result result = Result.of(id, title, users, connections, measurement);
        results.add(result);
        log.atInfo()
                .addKeyValue("case", title)
                .addKeyValue("users", users)
                .addKeyValue("connections", connections)
                .addKeyValue("p95Millis", result.p95Millis())
                .addKeyValue("p99Millis", result.p99Millis())
                .addKeyValue("statuses", result.statuses())
                .log("The benchmark measured a case");
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
