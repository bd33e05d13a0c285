package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Builds the read model of {@code infra/docs/write-a-read-model.md} from the files of the page, installs its jar in the
 * programs, and compares its report with SQL.
 */
class WriteAReadModelIT {

    private static final String MODEL = "weekdays";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String SESSIONS =
            "SELECT completed_on, count(*), sum(minutes), 0 FROM study_sessions WHERE user_id = CAST(? AS uuid)"
                    + " GROUP BY completed_on";
    private static final String TODOS =
            "SELECT completed_on, 0, 0, count(*) FROM todos WHERE user_id = CAST(? AS uuid) AND completed"
                    + " GROUP BY completed_on";

    @TempDir
    private static Path folder;

    private static PageModule module;
    private static Path jar;
    private static IsolatedServers isolated;
    private static TestStack stack;
    private static ReadModelOperator weekdays;

    @BeforeAll
    static void start() throws Exception {
        Path page = Repository.find().root().resolve("infra/docs/write-a-read-model.md");
        module = new PageModule(page, folder.resolve("module"));
        jar = module.build();
        Path installed = Files.createDirectories(folder.resolve("installed"));
        Files.copy(jar, installed.resolve("weekdays.jar"));
        isolated = new IsolatedServers();
        stack = TestStack.start(
                MODEL, isolated.servers(), 1, 1, Map.of("STUDYBUDDY_READMODELS_FOLDER", installed.toString()));
        weekdays = new ReadModelOperator(stack, MODEL);
    }

    @AfterAll
    static void end() {
        if (stack != null) {
            stack.close();
        }
        if (isolated != null) {
            isolated.close();
        }
    }

    @Test
    void theTestsOfThePagePassAndItsPomNamesTheContract() throws Exception {
        assertThat(module.runTests(jar)).isEqualTo(2);
        String contract = Files.readString(Repository.find().root().resolve("infra/contract/read-model/pom.xml"));
        String version = "<version>" + System.getProperty("studybuddy.version") + "</version>";
        assertThat(contract).contains("<artifactId>read-model</artifactId>", version);
        assertThat(module.content("pom.xml"))
                .contains("<groupId>dev.studybuddy</groupId>", "<artifactId>read-model</artifactId>", version);
    }

    @Test
    void thePagesReadModelIsServedVerifiedAndRebuiltExactly() throws Exception {
        TestUser anna = TestUser.create(stack);
        TestUser ben = TestUser.create(stack);
        completeTodo(anna);
        String undone = completeTodo(anna);
        change("PATCH", "/api/todos/" + undone, Map.of("completed", false), anna);
        Answer last = change("DELETE", "/api/sessions/" + ben.sessions().getFirst(), null, ben);

        assertReportsEqualSql(anna, ben);
        Answer own = stack.readFromMongo(
                "/api/reports/weekdays", last.header("X-Consistency-Token").orElseThrow(), ben.headers());
        assertThat(own.status()).as("%s", own).isEqualTo(200);
        assertThat(stack.api()
                        .call("GET", "/api/reports/weekdays?userId=" + ben.id(), null, anna.headers())
                        .status())
                .isEqualTo(404);
        assertVerified();

        DayOfWeek day = anna.days().getFirst().getDayOfWeek();
        damage(anna, name(day) + ".sessions");
        VerifyResult damaged = weekdays.verify(false);
        assertThat(damaged.job().path("consistent").booleanValue(true))
                .as("%s", damaged)
                .isFalse();
        damaged.assertTotalsCompared();
        assertThat(damaged.job()
                        .path("wrongTotals")
                        .valueStream()
                        .map(one -> one.path("id").asString("")))
                .as("the total of all users differs from the sum of the users: %s", damaged)
                .containsExactlyInAnyOrder("all:" + anna.id(), "all:*");

        int next = weekdays.rebuild();
        assertThat(next).isEqualTo(2);
        weekdays.awaitActive(next);
        assertReportsEqualSql(anna, ben);
        assertVerified();
    }

    /** This record holds the amounts of a weekday: sessions, study minutes and completed todos. */
    private record Amounts(long sessions, long minutes, long todos) {

        static final Amounts NONE = new Amounts(0, 0, 0);

        Amounts plus(Amounts more) {
            return new Amounts(sessions + more.sessions, minutes + more.minutes, todos + more.todos);
        }
    }

    /** Waits until the reports of two users and of all users equal the sums of the rows. */
    private static void assertReportsEqualSql(TestUser one, TestUser other) throws Exception {
        Map<DayOfWeek, Amounts> ofOne = sumRows(one);
        Map<DayOfWeek, Amounts> ofOther = sumRows(other);
        Map<DayOfWeek, Amounts> ofAllUsers = new EnumMap<>(ofOne);
        ofOther.forEach((day, amounts) -> ofAllUsers.merge(day, amounts, Amounts::plus));
        assertThat(ofOne).isNotEqualTo(ofOther);
        await("the reports are exact").atMost(LIMIT).untilAsserted(() -> {
            assertThat(report("userId=" + one.id())).isEqualTo(ofOne);
            assertThat(report("userId=" + other.id())).isEqualTo(ofOther);
            assertThat(report("scope=all")).isEqualTo(ofAllUsers);
        });
    }

    private static Map<DayOfWeek, Amounts> report(String query) throws Exception {
        Answer answer = stack.api().call("GET", "/api/reports/weekdays?" + query, null);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        Map<DayOfWeek, Amounts> found = new EnumMap<>(DayOfWeek.class);
        for (JsonNode day : answer.body().path("weekdays")) {
            Amounts amounts = new Amounts(
                    day.path("sessions").longValue(),
                    day.path("studyMinutes").longValue(),
                    day.path("todosCompleted").longValue());
            found.put(DayOfWeek.valueOf(day.path("day").asString("").toUpperCase(Locale.ROOT)), amounts);
        }
        return found;
    }

    private static Map<DayOfWeek, Amounts> sumRows(TestUser user) throws Exception {
        Map<DayOfWeek, Amounts> sums = new EnumMap<>(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            sums.put(day, Amounts.NONE);
        }
        try (Connection connection = DriverManager.getConnection(
                stack.servers().sqlUrl(),
                stack.servers().sqlUser(),
                stack.servers().sqlPassword())) {
            for (String sql : List.of(SESSIONS, TODOS)) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, user.id());
                    ResultSet row = statement.executeQuery();
                    while (row.next()) {
                        Amounts amounts = new Amounts(row.getLong(2), row.getLong(3), row.getLong(4));
                        sums.merge(row.getObject(1, LocalDate.class).getDayOfWeek(), amounts, Amounts::plus);
                    }
                }
            }
        }
        return sums;
    }

    private static String completeTodo(TestUser owner) {
        Answer created = change(
                "POST",
                "/api/todos",
                Map.of("title", "Read", "subject", "Math", "difficulty", "easy", "questionsTarget", 5),
                owner);
        change("PATCH", "/api/todos/" + created.text("id"), Map.of("completed", true), owner);
        return created.text("id");
    }

    private static Answer change(String method, String path, Object body, TestUser owner) {
        Answer answer = stack.callWithRetry(method, path, body, owner.headers());
        assertThat(answer.ok()).as("%s", answer).isTrue();
        return answer;
    }

    private static void damage(TestUser user, String path) {
        try (MongoClient client = MongoClients.create(stack.servers().mongoUri())) {
            String database = new ConnectionString(stack.servers().mongoUri()).getDatabase();
            long changed = client.getDatabase(database == null ? "studybuddy" : database)
                    .getCollection("weekdays_totals_g1")
                    .updateOne(new Document("_id", "all:" + user.id()), new Document("$inc", new Document(path, 5)))
                    .getModifiedCount();
            assertThat(changed).isEqualTo(1);
        }
    }

    /** Fails if a verify finds a difference or does not compare the totals. */
    private static void assertVerified() {
        VerifyResult result = weekdays.verify(false);
        result.assertConsistent();
        result.assertTotalsCompared();
    }

    private static String name(DayOfWeek day) {
        return day.name().toLowerCase(Locale.ROOT);
    }
}
