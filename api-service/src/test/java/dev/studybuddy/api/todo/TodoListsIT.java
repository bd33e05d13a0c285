package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.http.DateRange;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import tools.jackson.databind.JsonNode;

class TodoListsIT {

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    /** Describes a todo with the day by which a test orders it: the day of its schedule or of its completion. */
    private record Row(
            String id, String createdAt, @Nullable String day) {}

    @ParameterizedTest
    @CsvSource({
        "day=2026-12-01, a b",
        "from=2026-12-02, c",
        "to=2026-12-01, a b",
        "from=2026-12-01&to=2026-12-02, a b c",
        "difficulty=hard, b",
        "subject=Art, c",
        "subject=, d",
        "text=CHAPTER, a c",
        "text=%C3%84rger, d",
        "text=100%25, b",
        "completed=true, b c",
        "completedFrom=2026-11-23, b c",
        "completedFrom=2026-11-24, c",
        "completedTo=2026-11-22, ''",
        "completedTo=2026-11-23, b",
        "completedFrom=2026-11-23&completedTo=2026-11-29, b c",
        "completedFrom=2026-11-29&completedTo=2026-11-29, c",
        "completedFrom=2026-11-23&to=2026-12-01, b",
        "completedFrom=2026-11-23&completed=false, ''",
        "day=2026-12-01&difficulty=easy&text=read, a",
        "day=2026-12-03, ''"
    })
    void todosAreFilteredByDayRangeSubjectDifficultyAndText(String filter, String expected) {
        todo("a: Read chapter 1", "Math", "easy", "2026-12-01");
        String b = todo("b: 100% hard", "Math", "hard", "2026-12-01").id();
        String c = todo("c: Draw CHAPTER 2", "Art", "medium", "2026-12-02").id();
        todo("d: Ärger", "", "easy", null);
        complete(b, "2026-11-23");
        complete(c, "2026-11-29");

        ReceivedAnswer page = user.get("/api/todos?sort=createdAt&" + filter);

        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.json().path("items"))
                .extracting(item -> item.path("title").asString().substring(0, 1))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1)));
    }

    @Test
    void aTodoIsFoundByItsDayOfCompletionInTheTimeZoneOfTheUser() {
        // The date in the zone of the user is not the date in UTC.
        boolean isMorning = Instant.now().atOffset(ZoneOffset.UTC).getHour() < 11;
        String zone = isMorning ? "Pacific/Pago_Pago" : "Pacific/Kiritimati";
        user.patch("/api/users/me", "{\"timeZone\": \"" + zone + "\"}");
        String id = todo("t", "Math", "easy", null).id();
        LocalDate day = LocalDate.parse(
                user.patch("/api/todos/" + id, "{\"completed\": true}").text("/completedOn"));

        assertThat(ids("completedFrom=" + day + "&completedTo=" + day)).containsExactly(id);
        assertThat(ids("completedFrom=" + day.plusDays(1))).isEmpty();
        assertThat(ids("completedTo=" + day.minusDays(1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"createdAt", "-createdAt", "scheduledFor", "-scheduledFor", "completedOn", "-completedOn"})
    void cursorsStayValidInEachOrderWhileTodosAreAddedAndDeleted(String sort) {
        List<Row> rows = new ArrayList<>();
        for (String day : new String[] {"2026-12-05", "", "2026-12-03", "2026-12-05", "", "2026-12-04", ""}) {
            String dayOrNull = day.isEmpty() ? null : day;
            rows.add(sort.endsWith("completedOn") ? completedTodo(dayOrNull) : todo("t", "Math", "easy", dayOrNull));
        }
        Row deleted = rows.stream().sorted(order(sort)).toList().get(1);

        List<String> listed = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page == 0 || !cursor.isEmpty(); page++) {
            ReceivedAnswer answer = user.get("/api/todos?subject=Math&limit=2&sort=" + sort + cursor);
            answer.json()
                    .path("items")
                    .forEach(item -> listed.add(item.path("id").asString()));
            cursor = answer.json().path("nextCursor").isNull() ? "" : "&cursor=" + answer.text("/nextCursor");
            if (page == 0) {
                // The cursor names this todo's position, which remains valid.
                user.delete("/api/todos/" + deleted.id());
                todo("other", "Art", "easy", "2026-12-04");
            }
        }

        assertThat(listed)
                .isEqualTo(rows.stream().sorted(order(sort)).map(Row::id).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "sort=completedOn&completed=true, b a",
        "sort=-completedOn&completed=true, a b",
        "sort=-completedOn&completed=false, c",
        "sort=-completedOn&completedFrom=2026-11-24, a",
        "sort=completedOn, b a c"
    })
    void anOrderByCompletionAppliesTheFilters(String query, String expected) {
        complete(todo("a", "Math", "easy", null).id(), "2026-11-29");
        complete(todo("b", "Math", "easy", null).id(), "2026-11-23");
        todo("c", "Math", "easy", "2026-12-01");

        ReceivedAnswer page = user.get("/api/todos?" + query);

        assertThat(page.json().path("items"))
                .extracting(item -> item.path("title").asString())
                .isEqualTo(List.of(expected.split(" ", -1)));
    }

    /** A search for a completion day would read all completed todos of the user, none of which the filter selects. */
    @ParameterizedTest
    @CsvSource({"completedOn, false, 1", "-completedOn, false, 1", "-completedOn, true, 1", "-completedOn, , 2"})
    void anOrderByCompletionReadsOnlyTodosThatTheFilterCanSelect(
            String sort, @Nullable Boolean completed, int statements) {
        AtomicInteger connections = new AtomicInteger();
        TodoList list = new TodoList(JdbcClient.create(new DelegatingDataSource(api.bean(DataSource.class)) {
            @Override
            public Connection getConnection() throws SQLException {
                connections.incrementAndGet();
                return super.getConnection();
            }
        }));
        DateRange anyDay = new DateRange(null, null);
        TodoList.Filter filter = new TodoList.Filter(completed, null, null, anyDay, anyDay, null);
        TodoList.Order order = TodoList.Order.ofCode(sort).orElseThrow();

        assertThat(list.read(UUID.randomUUID(), new TodoList.Query(filter, order, null, 10)))
                .isEmpty();

        // Each statement takes a connection of its own.
        assertThat(connections).hasValue(statements);
    }

    @Test
    void anInvalidFilterOrderOrCursorIsRejectedByName() {
        for (int n = 0; n < 2; n++) {
            todo("t", "Math", "easy", null);
        }
        String cursor = user.get("/api/todos?limit=1").text("/nextCursor");
        String far = Base64.getUrlEncoder()
                .encodeToString(("+300000-01-01T00:00:00Z " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8));

        assertThat(user.get("/api/todos?limit=1&cursor=" + cursor).status()).isEqualTo(200);
        assertThat(faults("cursor=" + cursor + "&sort=scheduledFor")).containsExactly("cursor");
        assertThat(faults("cursor=" + far)).containsExactly("cursor");
        assertThat(faults("cursor=" + "A".repeat(300))).containsExactly("cursor");
        assertThat(faults("sort=title&difficulty=brutal&day=2026-02-30&text=" + "x".repeat(1000) + "&limit=x"))
                .containsExactlyInAnyOrder("sort", "difficulty", "day", "text", "limit");
        assertThat(faults("day=2026-12-01&from=2026-12-01")).containsExactly("day");
        assertThat(faults("from=2026-12-02&to=2026-12-01")).containsExactly("from");
        assertThat(faults("completedFrom=2026-12-02&completedTo=2026-12-01")).containsExactly("completedFrom");
        assertThat(faults("completedFrom=yesterday&completedTo=2026-02-30"))
                .containsExactlyInAnyOrder("completedFrom", "completedTo");
        String wholeCalendar = "from=0001-01-01&to=9999-12-31&completedFrom=0001-01-01&completedTo=9999-12-31";
        assertThat(user.get("/api/todos?" + wholeCalendar).status()).isEqualTo(200);
    }

    /** The tables are small here, so the planner would otherwise read and sort them whole. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            todos_of_a_user    | todos | WHERE user_id = '%1$s' AND (created_at, id) < (now(), '%1$s') ORDER BY created_at DESC, id DESC
            todos_by_schedule  | todos | WHERE user_id = '%1$s' AND scheduled_for IS NOT NULL ORDER BY scheduled_for, created_at, id
            todos_by_schedule  | todos | WHERE user_id = '%1$s' AND scheduled_for IS NULL ORDER BY scheduled_for DESC, created_at DESC, id DESC
            todos_by_subject   | todos | WHERE user_id = '%1$s' AND subject = 'Math' ORDER BY created_at, id
            study_sessions_by_completion | study_sessions | WHERE user_id = '%1$s' ORDER BY completed_at DESC, id DESC
            study_sessions_by_subject | study_sessions | WHERE user_id = '%1$s' AND subject = 'Math' ORDER BY created_at, id
            users_by_email_without_case | users | WHERE lower(email) = lower('A@example.org') AND id <> '%1$s'
            """)
    void eachListHasAnIndex(String index, String table, String rest) throws SQLException {
        String query = "SELECT id FROM " + table + ' '
                + rest.replace("%1$s", UUID.randomUUID().toString()) + " LIMIT 51";

        List<String> preparations = new ArrayList<>(List.of(
                "SET LOCAL enable_seqscan = off", "SET LOCAL enable_bitmapscan = off", "SET LOCAL enable_sort = off"));
        if (index.endsWith("_by_subject")) {
            // For few rows, the planner could choose these indexes with a filter of the subject at the same cost.
            preparations.add("DROP INDEX todos_of_a_user, study_sessions_of_a_user");
        }

        assertThat(plan(preparations, query)).contains(index).doesNotContain("Sort");
    }

    /** The user has so many todos that a read of all of them costs more than a sort of the selected ones. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "completed_on >= '2026-11-02' AND completed_on <= '2026-11-08'",
                "completed_on >= '2026-11-20'",
                "completed_on <= '2021-06-30'"
            })
    void aRangeOfDaysOfCompletionIsReadAlongItsIndex(String range) throws SQLException {
        String plan = planOfCompleted("completed_on IS NOT NULL AND " + range + " ORDER BY created_at DESC, id DESC");

        assertThat(plan).contains("todos_by_completion");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            completed_on IS NOT NULL | completed_on DESC, created_at DESC, id DESC
            completed_on IS NOT NULL AND (completed_on, created_at, id) > ('2026-11-01', now(), '00000000-0000-4000-8000-000000000000') | completed_on, created_at, id
            """)
    void theOrderOfDaysOfCompletionIsReadAlongItsIndex(String condition, String order) throws SQLException {
        assertThat(planOfCompleted(condition + " ORDER BY " + order)).contains("todos_by_completion");
    }

    /** Returns the plan of a list of a user who completed 2 000 todos. */
    private String planOfCompleted(String conditionAndOrder) throws SQLException {
        String owner = UUID.randomUUID().toString();
        List<String> preparations = List.of("""
                INSERT INTO todos
                  (id, user_id, title, difficulty, completed, completed_at, completed_on, version, created_at, updated_at)
                SELECT gen_random_uuid(), '%s', 'old', 'easy', true, at, CAST(at AS DATE), 2, at, at
                FROM (SELECT TIMESTAMPTZ '2026-11-29 12:00:00Z' - n * INTERVAL '1 day' AS at
                      FROM generate_series(1, 2000) AS n) days""".formatted(owner), "ANALYZE todos");

        return plan(preparations, """
                SELECT id FROM todos WHERE user_id = '%1$s' AND EXISTS (SELECT 1 FROM users u WHERE u.id = '%1$s')
                  AND %2$s LIMIT 51""".formatted(owner, conditionAndOrder));
    }

    /** Returns the plan of a query after statements that are rolled back. */
    private String plan(List<String> preparations, String query) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = api.bean(DataSource.class).getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String preparation : preparations) {
                    statement.execute(preparation);
                }
                ResultSet lines = statement.executeQuery("EXPLAIN " + query);
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            } finally {
                connection.rollback();
            }
        }
        return plan.toString();
    }

    private List<String> ids(String query) {
        ReceivedAnswer page = user.get("/api/todos?" + query);
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return page.json()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asString())
                .toList();
    }

    private List<String> faults(String query) {
        ReceivedAnswer answer = user.get("/api/todos?" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        List<String> fields = new ArrayList<>();
        for (JsonNode fault : answer.json().path("errors")) {
            fields.add(fault.path("field").asString());
        }
        return fields;
    }

    private static Comparator<Row> order(String sort) {
        Comparator<Row> created = Comparator.comparing(Row::createdAt).thenComparing(Row::id);
        Comparator<Row> dated = Comparator.<Row, String>comparing(row -> String.valueOf(row.day()))
                .thenComparing(created);
        return switch (sort) {
            case "createdAt" -> created;
            case "-createdAt" -> created.reversed();
            // The text null of a todo without a day sorts after every date.
            case "scheduledFor", "completedOn" -> dated;
            default ->
                Comparator.<Row, Boolean>comparing(row -> row.day() == null).thenComparing(dated.reversed());
        };
    }

    private Row todo(String title, String subject, String difficulty, @Nullable String day) {
        ReceivedAnswer created = user.post(
                "/api/todos",
                "{\"title\":\"" + title + "\",\"subject\":\"" + subject + "\",\"difficulty\":\"" + difficulty
                        + "\",\"questionsTarget\":1,\"scheduledFor\":" + (day == null ? "null" : '"' + day + '"')
                        + '}');
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return new Row(created.text("/id"), created.text("/createdAt"), day);
    }

    /** Creates a todo that was completed on this day, or is not completed if the day is null. */
    private Row completedTodo(@Nullable String day) {
        Row row = todo("t", "Math", "easy", null);
        if (day != null) {
            complete(row.id(), day);
        }
        return new Row(row.id(), row.createdAt(), day);
    }

    private void complete(String id, String day) {
        user.patch("/api/todos/" + id, "{\"completed\": true}");
        assertThat(api.sql()
                        .sql("UPDATE todos SET completed_on = CAST(? AS DATE) WHERE id = CAST(? AS UUID)")
                        .params(day, id)
                        .update())
                .isEqualTo(1);
    }
}
