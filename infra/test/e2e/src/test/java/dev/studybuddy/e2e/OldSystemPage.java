package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows the page {@code infra/docs/from-the-old-system.md} on a stack whose database also holds the old tables. */
final class OldSystemPage {

    private static final Path PAGE = Repository.find().root().resolve("infra/docs/from-the-old-system.md");
    private static final Pattern FIELD = Pattern.compile("(?m)^  (\\w+) +(\\w+)(\\??) *(.*)$");

    private static final String COPIED = """
            SELECT aggregate_id, aggregate_version, event_type FROM outbox
            WHERE id IN (SELECT id FROM old_events) ORDER BY aggregate_type, aggregate_id, aggregate_version
            """;

    private static final String COLUMNS = """
            SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'outbox'
            """;

    private final TestStack stack;
    private final PageBlocks page;
    private final OperatorShell shell;

    OldSystemPage(TestStack stack, Path folder) throws IOException {
        this.stack = stack;
        this.page = new PageBlocks(PAGE);
        this.shell = new OperatorShell(stack, folder);
    }

    /** Creates the old tables, moves their rows and events, and compares SQL, the topics and MongoDB. */
    void move() throws Exception {
        try (Connection connection = connect()) {
            OldSystem.create(connection);
            assertThat(run("1. ").lines()).noneMatch(line -> line.matches(".*\\|(Todo|StudySession|User)"));
            assertThat(run("2. ").lines()).contains("3|1");
            OldSystem.drain(connection);
            assertThat(run("2. ").lines()).contains("1|1");
            run("3. ");
            assertThat(shardsOfTheDatabase(connection)).isEqualTo(GoldenShards.read());
            run("4. ");

            assertThat(query(connection, COPIED))
                    .containsExactlyInAnyOrder(
                            OldSystem.ANNA + " 1 user.created",
                            OldSystem.COMPLETED + " 1 todo.created",
                            OldSystem.COMPLETED + " 2 todo.updated",
                            OldSystem.newId(OldSystem.PENDING) + " 1 todo.created",
                            OldSystem.DELETED + " 1 todo.created",
                            OldSystem.DELETED + " 2 todo.deleted",
                            OldSystem.SESSION + " 1 session.created");
            String ben = OldSystem.newId(OldSystem.BEN);
            assertThat(query(connection, versionsOf(OldSystem.ANNA, ben)))
                    .containsExactlyInAnyOrder(
                            OldSystem.ANNA + " 1",
                            ben + " 1",
                            OldSystem.COMPLETED + " 2",
                            OldSystem.newId(OldSystem.PENDING) + " 1",
                            OldSystem.WITHOUT_EVENTS + " 1",
                            OldSystem.SESSION + " 1");
        }
        run("5. ");
        stack.assertExact(new AcknowledgedWrites());
    }

    private static String versionsOf(String... users) {
        String ids = "('" + String.join("', '", users) + "')";
        return "SELECT id, version FROM users WHERE id IN " + ids
                + " UNION ALL SELECT id, version FROM todos WHERE user_id IN " + ids
                + " UNION ALL SELECT id, version FROM study_sessions WHERE user_id IN " + ids;
    }

    private static List<GoldenShards.Shard> shardsOfTheDatabase(Connection connection)
            throws SQLException, IOException {
        List<GoldenShards.Shard> computed = new ArrayList<>();
        try (var statement = connection.prepareStatement("SELECT outbox_shard(?, ?)")) {
            for (GoldenShards.Shard golden : GoldenShards.read()) {
                statement.setString(1, golden.aggregateType());
                statement.setString(2, golden.aggregateId());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    computed.add(new GoldenShards.Shard(golden.aggregateType(), golden.aggregateId(), row.getInt(1)));
                }
            }
        }
        return computed;
    }

    /** Writes through the API as moved users, and copies these writes to the old tables. */
    void rollBack() throws Exception {
        Map<String, String> ben = ApiClient.bearer(stack.api().token(OldSystem.newId(OldSystem.BEN)));
        Map<String, String> anna = ApiClient.bearer(stack.api().token(OldSystem.ANNA));
        change("PATCH", "/api/todos/" + OldSystem.newId(OldSystem.PENDING), Map.of("title", "Longer essay"), ben);
        String created = change("POST", "/api/sessions", Map.of("minutes", 7, "subject", "Art"), ben)
                .text("id");
        change("DELETE", "/api/sessions/" + OldSystem.SESSION, null, anna);

        run("Roll back");

        try (Connection connection = connect()) {
            assertThat(query(connection, "SELECT id, title FROM \"Todo\" WHERE \"userId\" = '" + OldSystem.BEN + "'"))
                    .containsExactlyInAnyOrder(OldSystem.PENDING + " Longer essay", OldSystem.WITHOUT_EVENTS + " Poem");
            assertThat(query(
                            connection,
                            "SELECT id, \"userId\", minutes FROM \"StudySession\" WHERE id IN ('" + created + "', '"
                                    + OldSystem.SESSION + "')"))
                    .containsExactly(created + " " + OldSystem.BEN + " 7");
            run("Remove the old system");
            assertThat(query(connection, "SELECT table_name FROM information_schema.tables WHERE table_name = 'Todo'"))
                    .isEmpty();
        }
    }

    /** Compares the model of Prisma with the table. */
    void compareModel() throws SQLException {
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(page.code("prisma"));
        while (field.find()) {
            fields.add(field.group(1) + " " + sqlType(field.group(2), field.group(4)) + " "
                    + (field.group(3).isEmpty() ? "NO" : "YES"));
        }
        try (Connection connection = connect()) {
            assertThat(fields).containsExactlyInAnyOrderElementsOf(query(connection, COLUMNS));
        }
    }

    private static String sqlType(String prismaType, String attributes) {
        return switch (prismaType) {
            case "Int" -> attributes.contains("@db.SmallInt") ? "smallint" : "integer";
            case "BigInt" -> "bigint";
            case "Boolean" -> "boolean";
            case "Json" -> "jsonb";
            case "String" -> attributes.contains("@db.Uuid") ? "uuid" : "text";
            case "DateTime" ->
                attributes.contains("@db.Timestamptz") ? "timestamp with time zone" : "timestamp without time zone";
            default -> throw new IllegalArgumentException("The page has a field of the type " + prismaType);
        };
    }

    private String run(String section) throws IOException, InterruptedException {
        return shell.run(section, page.script(section, TestServers.vendor()));
    }

    private Answer change(String method, String path, Object body, Map<String, String> headers) {
        Answer answer = stack.callWithRetry(method, path, body, headers);
        assertThat(answer.ok()).as("%s", answer).isTrue();
        return answer;
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    values.add(row.getString(column));
                }
                found.add(String.join(" ", values));
            }
        }
        return found;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                stack.servers().sqlUrl(),
                stack.servers().sqlUser(),
                stack.servers().sqlPassword());
    }
}
