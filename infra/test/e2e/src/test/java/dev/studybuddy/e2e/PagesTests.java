package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.WalkthroughIT.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tests the programs of the pages for frontends and from the old system. */
abstract class PagesTests extends WalkthroughFixture {

    private static final String CHANGE_TITLE =
            "UPDATE todos SET title = ?, version = version + 1 WHERE id = CAST(? AS uuid) RETURNING version";
    private static final String LAST_PAYLOAD =
            "SELECT payload FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version DESC LIMIT 1";

    /** Answers the first request of each method and path with 503, as a service does that has too many reads. */
    private static final String BUSY_SERVICE = """
            const send = globalThis.fetch;
            const known = new Set();
            globalThis.fetch = (url, options) => {
              const request = `${options.method} ${url}`;
              if (known.has(request)) return send(url, options);
              known.add(request);
              const busy = { status: 503, headers: { "Retry-After": "0" } };
              return Promise.resolve(new Response('{"detail": "The service is busy."}', busy));
            };
            """;

    @Test
    void theTypeScriptOfThePageForFrontendsShowsEditsAndStreamsAWrite(@TempDir Path folder) throws Exception {
        assertPageForFrontends(folder, Map.of());
    }

    @Test
    void theTypeScriptOfThePageForFrontendsRetriesReadsAndWritesOfABusyService(@TempDir Path folder) throws Exception {
        Path busy = Files.writeString(folder.resolve("busy.mjs"), BUSY_SERVICE);

        assertPageForFrontends(folder, Map.of("NODE_OPTIONS", "--import=" + busy.toUri()));
    }

    private static void assertPageForFrontends(Path folder, Map<String, String> options) throws Exception {
        TypeScriptPage.requireNode();
        Path page = Repository.find().root().resolve("infra/docs/for-frontends.md");
        Map<String, String> environment = new HashMap<>(options);
        environment.put("STUDYBUDDY_API", stack.root().toString());
        // On a slow machine, the program's own wait for MongoDB can be too short.
        JsonNode printed = await().atMost(JOB_LIMIT)
                .until(
                        () -> {
                            Path run = Files.createTempDirectory(folder, "run");
                            return new JsonMapper().readTree(new TypeScriptPage(page, "", run).run(environment));
                        },
                        result -> result.path("consistent").asBoolean(false));

        assertThat(printed.path("grownBy").asInt(0)).isPositive();
        assertThat(printed.path("version").asInt(0)).isEqualTo(2);
        assertThat(printed.path("outdatedWasSaved").asBoolean(true)).isFalse();
        assertThat(printed.path("shownVersion").asInt(0)).isEqualTo(2);
    }

    @Test
    void thePageFromTheOldSystemMovesRowsAndEventsAndRollsBack(@TempDir Path folder) throws Exception {
        OperatorShell.requirePrograms();
        OldSystemPage page = new OldSystemPage(stack, folder);

        page.compareModel();
        page.move();
        page.rollBack();
    }

    @Test
    void writersInTypeScriptAndPythonPublishEvents(@TempDir Path folder) throws Exception {
        TypeScriptPage.requireNode();
        Path page = Repository.find().root().resolve("infra/docs/from-the-old-system.md");
        String id = newTodo("written by three languages").text("id");
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            ForeignWriter.Event second = changeTitle(connection, id, "TypeScript");
            TypeScriptPage program = new TypeScriptPage(page, ForeignWriter.TYPESCRIPT_END, folder);
            ForeignWriter.insert(connection, program.run(ForeignWriter.environment(second)));
            connection.commit();
            ForeignWriter.Event third = changeTitle(connection, id, "Python");
            String python = new PageBlocks(page).code("python");
            ForeignWriter.insert(connection, ForeignWriter.runPython(python, folder, third));
            connection.commit();
        }

        await().atMost(VISIBLE_LIMIT)
                .untilAsserted(() -> assertThat(events(id))
                        .containsExactly("todo.created processed", "todo.updated processed", "todo.updated processed"));
        stack.assertExact(new AcknowledgedWrites());
    }

    /** Changes a todo as another writer does, and returns the event that it must write in the same transaction. */
    private static ForeignWriter.Event changeTitle(Connection connection, String id, String title) throws Exception {
        try (PreparedStatement change = connection.prepareStatement(CHANGE_TITLE);
                PreparedStatement last = connection.prepareStatement(LAST_PAYLOAD)) {
            change.setString(1, title);
            change.setString(2, id);
            last.setString(1, id);
            try (ResultSet changed = change.executeQuery();
                    ResultSet payload = last.executeQuery()) {
                changed.next();
                payload.next();
                long version = changed.getLong(1);
                ObjectNode state = (ObjectNode) new JsonMapper().readTree(payload.getString(1));
                state.put("title", title).put("version", version);
                return new ForeignWriter.Event("todo", id, version, "todo.updated", state);
            }
        }
    }
}
