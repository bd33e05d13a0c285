package dev.studybuddy.api.testing;

import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** This fixture runs the API once for a test class, with a MongoDB server of its own and five users with points. */
public abstract class ApiWithReports {

    protected static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    protected static LocalDate today;
    protected static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    protected static final String BEN = "bbbbbbbb-0000-4000-8000-000000000002";
    protected static final String CLEO = "cccccccc-0000-4000-8000-000000000003";
    protected static final String DORA = "dddddddd-0000-4000-8000-000000000004";
    protected static final String ELIAS = "eeeeeeee-0000-4000-8000-000000000005";

    protected static TestDatabase sql;
    protected static ControllableServer mongo;
    protected static ReadModelFixture model;
    protected static ReadModelFixture subjects;
    protected static RunningApi api;

    @BeforeAll
    static void start() {
        today = LongDay.today();
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.startOwnMongo();
        api = RunningApi.start(properties());
        model = new ReadModelFixture(mongo.url(), "studybuddy", 1);
        model.activate();
        subjects = ReadModelFixture.subjects(mongo.url(), "studybuddy", 1);
        subjects.activate();
        fill(new AggregateWriter(sql.dataSource(), model, subjects));
        // The first reads open connections, so they may exceed their time limit and be answered from CockroachDB.
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ApiWithReports::answersFromMongo);
    }

    protected static boolean answersFromMongo() {
        return Stream.of("/api/users/leaderboard", "/api/reports/analytics", "/api/reports/subjects")
                .allMatch(path -> "mongodb".equals(api.get(path).header("X-Read-Source")));
    }

    protected static Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.datasource.url", sql.url());
        properties.put("spring.datasource.username", sql.username());
        properties.put("spring.datasource.password", sql.password());
        properties.put("spring.mongodb.uri", mongo.url());
        properties.put("spring.kafka.bootstrap-servers", "127.0.0.1:1");
        return properties;
    }

    /**
     * Gives Anna 50 points, Ben, Cleo (hidden) and Dora 30 points each, and Elias 1 point. Anna was active three days
     * in a row.
     */
    protected static void fill(AggregateWriter both) {
        List.of(ANNA, BEN, DORA, ELIAS).forEach(id -> both.user(id, true));
        both.user(CLEO, false);
        both.session(ANNA, "Math", 20, today);
        both.session(ANNA, "Math", 20, today.minusDays(1));
        both.session(ANNA, "a.b$c%", 10, today.minusDays(2));
        both.session(BEN, "Math", 30, today);
        both.session(CLEO, "", 30, today);
        both.session(DORA, "Physics", 30, today);
        both.todo(ELIAS, "Math", 7, today);
        // Open todos count only in the report of the hardest subjects.
        both.todo(ReadModelFixture.openTodo(ANNA, "Physics", Difficulty.EASY, 10, 9));
        both.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.HARD, 10, 2));
        both.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.MEDIUM, 20, 4));
        both.todo(ReadModelFixture.openTodo(ANNA, "a.b$c%", Difficulty.MEDIUM, 0, 0));
    }

    @AfterAll
    static void stop() {
        api.close();
        subjects.close();
        model.close();
        mongo.close();
        sql.close();
    }
}
