package dev.studybuddy.api.testing;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.ApiApplication;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestPool;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A running API is this service on a free port, in access mode {@code open} unless a test sets another one. */
public final class RunningApi implements AutoCloseable {

    private static final String NO_SERVER = "127.0.0.1:1";

    private static final class Shared {
        private static final RunningApi API = startShared();
    }

    private final ConfigurableApplicationContext context;
    private final HikariDataSource pool;
    private final JdbcClient sql;
    private final String url;

    private RunningApi(Map<String, String> properties, Class<?>... beans) {
        Map<String, String> all = new TreeMap<>(properties);
        all.put("server.port", "0");
        all.put("server.address", "127.0.0.1");
        all.put("management.server.port", "0");
        all.putIfAbsent("studybuddy.access.mode", "open");
        all.putIfAbsent("spring.datasource.hikari.minimum-idle", "2");
        // A test starts the verifies that it needs.
        all.putIfAbsent("studybuddy.verify.nightly", "false");
        all.putIfAbsent("studybuddy.verify.after-changes", "false");
        // By default, a job that a test queues would wait up to a second for the next read of the queue.
        all.putIfAbsent("studybuddy.jobs.poll", "100ms");
        String[] arguments = all.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        this.context = new SpringApplicationBuilder(ApiApplication.class)
                .sources(beans)
                .run(arguments);
        this.pool = TestPool.of(
                all.get("spring.datasource.url"),
                all.get("spring.datasource.username"),
                all.get("spring.datasource.password"));
        this.sql = JdbcClient.create(pool);
        this.url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    /** Starts an instance with these properties, which must include the addresses of its servers. */
    public static RunningApi start(Map<String, String> properties, Class<?>... beans) {
        return new RunningApi(properties, beans);
    }

    /**
     * Returns the instance that most tests share; each test uses users of its own. Kafka and MongoDB are unavailable to
     * it, since no write needs them.
     */
    public static RunningApi shared() {
        return Shared.API;
    }

    /**
     * Starts an instance on the database of this URL, without Kafka and MongoDB. The user is {@code root} without a
     * password unless {@code more} sets another one.
     */
    public static RunningApi on(String jdbcUrl, Map<String, String> more, Class<?>... beans) {
        Map<String, String> properties = withoutKafkaAndMongo(jdbcUrl, "root", "");
        properties.putAll(more);
        return start(properties, beans);
    }

    private static RunningApi startShared() {
        TestDatabase database = ApiDatabases.newDatabase();
        RunningApi api = start(withoutKafkaAndMongo(database.url(), database.username(), database.password()));
        Runtime.getRuntime().addShutdownHook(new Thread(api::close));
        return api;
    }

    private static Map<String, String> withoutKafkaAndMongo(String url, String username, String password) {
        return new TreeMap<>(Map.of(
                "spring.datasource.url", url,
                "spring.datasource.username", username,
                "spring.datasource.password", password,
                "spring.kafka.bootstrap-servers", NO_SERVER,
                "spring.mongodb.uri", "mongodb://" + NO_SERVER + "/studybuddy",
                "logging.level.org.mongodb.driver", "OFF",
                "logging.level.org.apache.kafka", "OFF"));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public boolean hasBean(Class<?> type) {
        return context.getBeanNamesForType(type).length > 0;
    }

    public JdbcClient sql() {
        return sql;
    }

    public String url() {
        return url;
    }

    /** Returns the address of the metrics and probes. */
    public String managementUrl() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port");
    }

    /** Calls as the demo user, who is an admin, unless the headers name another caller. */
    public ReceivedAnswer get(String path, String... headers) {
        return demo().get(path, headers);
    }

    /** Calls as the demo user, who is an admin, unless the headers name another caller. */
    public ReceivedAnswer post(String path, String body, String... headers) {
        return demo().post(path, body, headers);
    }

    /** Calls as the demo user, who is an admin, unless the headers name another caller. */
    public ReceivedAnswer send(String method, String path, @Nullable String body, String... headers) {
        return demo().call(method, path, body, headers);
    }

    /** Returns a client that calls as the demo user, who is an admin. */
    public Client demo() {
        return new Client(url, List.of());
    }

    /** Returns a client that calls with a token of the user; the user need not exist. */
    public Client as(UUID user, String... roles) {
        return new Client(url, List.of("Authorization", "Bearer " + token(user.toString(), roles)));
    }

    /** Returns the Authorization header, as name and value, of a user without the role {@code admin}. */
    public String[] authorizationOf(String userId) {
        return new String[] {"Authorization", "Bearer " + token(userId, "user")};
    }

    private String token(String userId, String... roles) {
        String body = "{\"userId\":\"" + userId + "\",\"roles\":[\"" + String.join("\",\"", roles) + "\"]}";
        return demo().post("/api/dev/token", body).text("/token");
    }

    /** Creates a new user by the user's own call and returns that user's client. */
    public Client newUser() {
        UUID id = UUID.randomUUID();
        Client client = as(id, "user");
        ReceivedAnswer created =
                client.post("/api/users", "{\"email\":\"" + id + "@example.org\",\"name\":\"Somebody\"}");
        if (created.status() != 201) {
            throw new IllegalStateException("The user was not created: " + created);
        }
        return client;
    }

    @Override
    public void close() {
        context.close();
        pool.close();
    }
}
