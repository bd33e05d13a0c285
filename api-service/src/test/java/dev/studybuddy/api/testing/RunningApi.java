package dev.studybuddy.api.testing;

import dev.studybuddy.api.ApiApplication;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A running API is this service on a free port, in mode open, on a database of its own. Kafka and MongoDB are unavailable,
 * since no write needs them.
 */
public final class RunningApi implements AutoCloseable {

    private static final class Shared {
        private static final RunningApi API = startShared();
    }

    private final ConfigurableApplicationContext context;
    private final JdbcClient sql;
    private final String url;

    private RunningApi(DataSource database, String url, String username, String password, List<String> more) {
        List<String> settings = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--studybuddy.access.mode=open",
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + username,
                "--spring.datasource.password=" + password,
                "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                "--spring.mongodb.uri=mongodb://127.0.0.1:1/studybuddy",
                "--logging.level.org.mongodb.driver=OFF",
                "--logging.level.org.apache.kafka=OFF"));
        settings.addAll(more);
        this.context = new SpringApplicationBuilder(ApiApplication.class).run(settings.toArray(String[]::new));
        this.sql = JdbcClient.create(database);
        this.url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    /** Returns the instance that most tests share; each test uses users of its own. */
    public static RunningApi shared() {
        return Shared.API;
    }

    /** Starts an instance for one test on that test's own database server. */
    public static RunningApi on(String jdbcUrl, String... more) {
        return new RunningApi(new DriverManagerDataSource(jdbcUrl, "root", ""), jdbcUrl, "root", "", List.of(more));
    }

    private static RunningApi startShared() {
        TestDatabase database = TestServers.newDatabase();
        RunningApi api = new RunningApi(
                database.dataSource(), database.url(), database.username(), database.password(), List.of());
        Runtime.getRuntime().addShutdownHook(new Thread(api::close));
        return api;
    }

    public JdbcClient sql() {
        return sql;
    }

    public String url() {
        return url;
    }

    /** Returns a client that calls as the demo user, who is an admin. */
    public Client demo() {
        return new Client(url, List.of());
    }

    /** Returns a client that calls with a token of the user; the user need not exist. */
    public Client as(UUID user, String... roles) {
        String token = demo().post(
                        "/api/dev/token",
                        "{\"userId\":\"" + user + "\",\"roles\":[\"" + String.join("\",\"", roles) + "\"]}")
                .text("/token");
        return new Client(url, List.of("Authorization", "Bearer " + token));
    }

    /** Creates a new user by the user's own call and returns that user's client. */
    public Client newUser() {
        UUID id = UUID.randomUUID();
        Client client = as(id, "user");
        Answer created = client.post("/api/users", "{\"email\":\"" + id + "@example.org\",\"name\":\"Somebody\"}");
        if (created.status() != 201) {
            throw new IllegalStateException("The user was not created: " + created);
        }
        return client;
    }

    @Override
    public void close() {
        context.close();
    }
}
