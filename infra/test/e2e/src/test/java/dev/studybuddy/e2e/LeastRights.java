package dev.studybuddy.e2e;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Gives the services the SQL users of {@code infra/deploy/sql}, as a database administrator does. */
final class LeastRights {

    /** These settings name the SQL user of each service. */
    static final Map<String, Map<String, String>> SETTINGS = Map.of(
            "api-service",
            Map.of("SPRING_DATASOURCE_USERNAME", "studybuddy_api", "SPRING_FLYWAY_USER", "studybuddy_migrations"),
            "outbox-publisher",
            Map.of("SPRING_DATASOURCE_USERNAME", "studybuddy_publisher"));

    private static final Duration MIGRATED_LIMIT = Duration.ofMinutes(4);

    private LeastRights() {}

    /** Creates the users in an empty database. */
    static void createUsers(String url) throws IOException, SQLException {
        String script = script("users.sql");
        run(url, isCockroach(url) ? script : script.replace("USER IF NOT EXISTS", "USER"));
    }

    /** Grants the publisher its rights as soon as api-service has created the tables. */
    static CompletableFuture<Void> grantToPublisherWhenMigrated(String url) throws IOException {
        String script = script("rights.sql");
        return CompletableFuture.runAsync(
                () -> await("the tables of the outbox exist")
                        .atMost(MIGRATED_LIMIT)
                        .ignoreExceptionsInstanceOf(SQLException.class)
                        .until(() -> {
                            run(url, script);
                            return true;
                        }),
                Thread::startVirtualThread);
    }

    private static String script(String name) throws IOException {
        return Files.readString(
                Repository.find().root().resolve("infra/deploy/sql").resolve(name));
    }

    private static boolean isCockroach(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "root", "");
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT version()")) {
            return version.next() && version.getString(1).startsWith("CockroachDB");
        }
    }

    private static void run(String url, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }
}
