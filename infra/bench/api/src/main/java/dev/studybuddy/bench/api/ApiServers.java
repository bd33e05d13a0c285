package dev.studybuddy.bench.api;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.ServerLauncher;
import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.testkit.DelayProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Runs one PostgreSQL server, one MongoDB stand-in and one process of {@code api-service} as it is delivered. A proxy
 * in front of MongoDB can delay its answers. No broker runs, because no measured request needs one.
 */
final class ApiServers implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final String DATABASE = "studybuddy";

    private final ServerLauncher launcher;
    private final Path folder;
    private final int sqlPort = FreePorts.find();
    private final int mongoPort = FreePorts.find();
    private final int apiPort = FreePorts.find();
    private final ChildProcess sql;
    private ChildProcess mongo;
    private final DelayProxy proxy;
    private ChildProcess api;
    private final MongoClient client;
    private final MongoClient slowClient;

    ApiServers(Path folder) throws IOException {
        this.folder = folder;
        this.launcher = new ServerLauncher(folder);
        this.sql = launcher.start(
                "postgres-server",
                List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--port=" + sqlPort, "--data=" + folder.resolve("postgres"), "--durability=on"));
        this.mongo = launchMongo();
        this.proxy = DelayProxy.start("127.0.0.1", mongoPort);
        this.client = MongoClients.create("mongodb://127.0.0.1:" + mongoPort + "/?directConnection=true");
        this.slowClient = MongoClients.create("mongodb://127.0.0.1:" + proxy.port() + "/?directConnection=true");
        this.api = launchApi(Map.of());
        awaitApi();
    }

    private ChildProcess launchApi(Map<String, String> more) throws IOException {
        Map<String, String> environment = new TreeMap<>(Map.ofEntries(
                Map.entry("SPRING_DATASOURCE_URL", url()),
                Map.entry("SPRING_DATASOURCE_USERNAME", "root"),
                Map.entry("SPRING_DATASOURCE_PASSWORD", ""),
                Map.entry("SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
                Map.entry(
                        "SPRING_MONGODB_URI",
                        "mongodb://127.0.0.1:" + proxy.port() + "/" + DATABASE + "?directConnection=true"),
                Map.entry("SERVER_PORT", Integer.toString(apiPort)),
                Map.entry("SERVER_ADDRESS", "127.0.0.1"),
                Map.entry("MANAGEMENT_SERVER_PORT", Integer.toString(FreePorts.find())),
                Map.entry("STUDYBUDDY_ACCESS_MODE", "open"),
                // The daily verify and the verify after an activation would share the processors with the requests.
                Map.entry("STUDYBUDDY_VERIFY_NIGHTLY", "false"),
                Map.entry("STUDYBUDDY_VERIFY_AFTERCHANGES", "false"),
                // A measured caller may send more requests than a user does.
                Map.entry("STUDYBUDDY_REQUESTS_PER_SECOND", "1000000"),
                Map.entry("LOGGING_LEVEL_ORG_APACHE_KAFKA", "OFF"),
                Map.entry("LOGGING_LEVEL_ORG_MONGODB_DRIVER", "OFF")));
        environment.putAll(more);
        return ChildProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseParallelGC",
                        "-jar",
                        apiJar().toString()),
                environment,
                folder.resolve("api.log"));
    }

    /** Ends the API and starts it with further settings, each as an environment variable. */
    void restartApi(Map<String, String> settings) throws IOException {
        api.close();
        api = launchApi(settings);
        awaitApi();
    }

    private ChildProcess launchMongo() {
        return launcher.start(
                "mongo-server", List.of("-Xmx1g"), List.of("--port=" + mongoPort, "--data=" + folder.resolve("mongo")));
    }

    private void awaitApi() {
        long endNanos = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            api.checkAlive();
            if (System.nanoTime() - endNanos > 0) {
                throw new IllegalStateException("the API did not answer within " + START_LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private boolean answers() {
        try (HttpConnection connection = new HttpConnection(apiPort)) {
            return connection
                            .send(HttpConnection.request("GET", "/api/users/me", "", ""))
                            .status()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    int apiPort() {
        return apiPort;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "root", "");
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + sqlPort + "/" + DATABASE + "?sslmode=disable";
    }

    /** Returns the database that the API reads, without the delay. */
    MongoDatabase database() {
        return client.getDatabase(DATABASE);
    }

    /** Returns the database that the API reads, with the delay of the proxy. */
    MongoDatabase slowDatabase() {
        return slowClient.getDatabase(DATABASE);
    }

    /** Delays each answer of MongoDB. */
    void delayMongo(Duration delay) {
        proxy.delay(delay);
    }

    void stopMongo() {
        mongo.close();
    }

    void startMongo() {
        mongo = launchMongo();
    }

    private static Path apiJar() throws IOException {
        Path target = Repository.find().root().resolve("api-service/target");
        try (Stream<Path> jars = Files.list(target)) {
            return jars.filter(jar -> jar.getFileName().toString().matches("api-service-\\d[\\d.]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no api-service jar in " + target + "; infra/bench/run api builds it"));
        }
    }

    @Override
    public void close() {
        api.close();
        slowClient.close();
        client.close();
        proxy.close();
        mongo.close();
        sql.close();
    }
}
