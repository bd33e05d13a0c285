package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the commands of a page as an operator of a stack does. */
final class OperatorShell {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final TestStack stack;
    private final Path folder;

    /** Creates a shell that keeps its files in a folder. */
    OperatorShell(TestStack stack, Path folder) {
        this.stack = stack;
        this.folder = folder;
    }

    /** Skips the calling test if this machine has no psql or no curl, and fails if one is absent in CI. */
    static void requirePrograms() {
        InstalledProgram.require("psql", "postgresql-client");
        InstalledProgram.require("curl", "curl");
    }

    /** Runs commands in the root of the repository, fails if one of them fails, and returns their output. */
    String run(String name, String commands) throws IOException, InterruptedException {
        return run(name, commands, Map.of());
    }

    /** Runs commands like {@link #run(String, String)} with further variables. */
    String run(String name, String commands, Map<String, String> more) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("commands"), "set -euo pipefail\n" + commands);
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-x", script.toString())
                .directory(Repository.find().root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(variables());
        builder.environment().putAll(more);
        Path kafkaCommands = KafkaCommands.writeInto(folder.resolve("kafka"));
        builder.environment().merge("PATH", kafkaCommands.toString(), (path, added) -> added + ":" + path);
        Process process = builder.start();

        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(name + "\n" + printed).isTrue();
        return printed;
    }

    private Map<String, String> variables() {
        AuditedServers servers = stack.servers();
        Map<String, URI> management = stack.managementAddresses();
        String sql = servers.sqlUrl().replace("jdbc:postgresql://", "postgresql://" + servers.sqlUser() + "@");
        return Map.ofEntries(
                Map.entry("STUDYBUDDY_API", stack.root().toString()),
                Map.entry("API_MANAGEMENT", management.get("api-service").toString()),
                Map.entry("PUBLISHER", management.get("outbox-publisher").toString()),
                Map.entry("PROJECTOR", management.get("mongo-projector").toString()),
                Map.entry("SQL", sql),
                Map.entry("PGPASSWORD", servers.sqlPassword()),
                Map.entry("KAFKA", servers.kafka()),
                Map.entry("TOPIC_PREFIX", servers.topicPrefix()),
                Map.entry("OLD_TOPIC_PREFIX", OldKafkaObjects.prefix(servers.topicPrefix())),
                Map.entry("GROUP_PREFIX", servers.topicPrefix() + "projector-"),
                Map.entry("TMPDIR", folder.toString()));
    }
}
