package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the writers of the page {@code infra/docs/from-the-old-system.md} in other languages. Each program reads the
 * golden aggregates and an event from the environment, and prints the shards and the statement that inserts the event.
 */
final class ForeignWriter {

    /** The program of the page in TypeScript continues with these lines. */
    static final String TYPESCRIPT_END = """
            declare const process: { env: Record<string, string> };
            const aggregates: [string, string][] = JSON.parse(process.env.AGGREGATES);
            const statement = insertOf(JSON.parse(process.env.EVENT));
            console.log(JSON.stringify({ shards: aggregates.map(([type, id]) => shardOf(type, id)), ...statement }));
            """;

    /** The program of the page in Python continues with these lines. */
    private static final String PYTHON_END = """

            import os
            event = json.loads(os.environ["EVENT"])
            text, values = insert_of(event["aggregateType"], event["id"], event["version"], event["eventType"], event["state"])
            shards = [shard_of(*aggregate) for aggregate in json.loads(os.environ["AGGREGATES"])]
            print(json.dumps({"shards": shards, "text": text, "values": values}))
            """;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final long LIMIT_SECONDS = 60;

    private ForeignWriter() {}

    /** This record is an event of the contract, as the programs read it. */
    record Event(String aggregateType, String id, long version, String eventType, JsonNode state) {}

    /** Returns the environment of a program that writes an event. */
    static Map<String, String> environment(Event event) throws IOException {
        List<List<String>> aggregates = GoldenShards.read().stream()
                .map(golden -> List.of(golden.aggregateType(), golden.aggregateId()))
                .toList();
        return Map.of("AGGREGATES", JSON.writeValueAsString(aggregates), "EVENT", JSON.writeValueAsString(event));
    }

    /** Runs the program of the page in Python, and returns what it printed. */
    static String runPython(String program, Path folder, Event event) throws IOException, InterruptedException {
        Path python = InstalledProgram.require("python3", "python3");
        Path script = Files.writeString(folder.resolve("writer.py"), program + PYTHON_END);
        Path output = folder.resolve("writer.txt");
        ProcessBuilder builder = new ProcessBuilder(python.toString(), script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment(event));
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
        return printed;
    }

    /** Checks the shards that a program printed, and executes its statement. */
    static void insert(Connection connection, String printed) throws SQLException, IOException {
        JsonNode writer = JSON.readTree(printed);
        assertThat(writer.path("shards").valueStream().map(JsonNode::asInt))
                .containsExactlyElementsOf(GoldenShards.read().stream()
                        .map(GoldenShards.Shard::shard)
                        .toList());
        String sql = writer.path("text").asString().replaceAll("\\$\\d|%s", "?");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 0;
            for (JsonNode value : writer.path("values")) {
                parameter++;
                statement.setString(parameter, value.asString());
            }
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }
}
