package dev.studybuddy.api.testing;

import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * This fixture runs the API for each test with databases of its own and a filled read model. Kafka is unavailable
 * unless the settings of a test name a broker.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class ApiWithReadModel {

    protected static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** A verify of two read models may use the longest settle timeout of the tests, 30 s, once for each of them. */
    private static final Duration JOB_TIMEOUT = Duration.ofMinutes(3);

    protected static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    protected static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    protected static final String BEN = "bbbbbbbb-0000-4000-8000-000000000002";

    protected TestDatabase sql;
    protected TestMongo mongo;
    protected ReadModelFixture model;
    protected AggregateWriter databases;
    protected RunningApi api;

    /** Returns further settings of the API, which override those of this fixture. */
    protected Map<String, String> settings() {
        return Map.of("spring.kafka.bootstrap-servers", "127.0.0.1:1");
    }

    /** Returns further classes of beans of the API. */
    protected Class<?>[] beans() {
        return new Class<?>[0];
    }

    @BeforeEach
    protected void start() {
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.newMongoDatabase();
        Map<String, String> settings = new HashMap<>(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.uri(),
                "studybuddy.verify.settle-timeout", "2s"));
        settings.putAll(settings());
        api = RunningApi.start(settings, beans());
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        model.activate();
        databases = new AggregateWriter(sql.dataSource(), model);
        Awaitility.await().atMost(TIMEOUT).until(() -> count("users") == 1);
        // Remove the demo user, since no publisher sends its event here.
        databases.jdbc().sql("DELETE FROM users").update();
        databases.jdbc().sql("DELETE FROM outbox").update();
        databases.user(ANNA, true);
        databases.user(BEN, true);
        databases.session(ANNA, "Math", 20, DAY);
        databases.session(BEN, "Physics", 25, DAY);
        databases.todo(BEN, "Math", 3, DAY);
    }

    @AfterEach
    void stop() {
        api.close();
        model.close();
        mongo.close();
        sql.close();
    }

    protected JsonNode awaitFinished(String location) {
        return Awaitility.await()
                .atMost(JOB_TIMEOUT)
                .until(
                        () -> api.get(location).json(),
                        job -> !job.path("finishedAt").isNull());
    }

    protected String event(String aggregate) {
        return databases
                .jdbc()
                .sql("SELECT event_type || ' ' || aggregate_version FROM outbox WHERE aggregate_id = ?")
                .param(aggregate)
                .query(String.class)
                .single();
    }

    protected long count(String from) {
        return databases
                .jdbc()
                .sql("SELECT count(*) FROM " + from)
                .query(Long.class)
                .single();
    }
}
