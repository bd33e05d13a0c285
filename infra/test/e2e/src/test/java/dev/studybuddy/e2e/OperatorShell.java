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
import java.util.OptionalInt;
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
        Outcome outcome = execute(commands, more);
        assertThat(outcome.exitCode()).as(name + "\n" + outcome.printed()).hasValue(0);
        return outcome.printed();
    }

    /** Runs commands with further variables, fails unless a command fails in time, and returns their output. */
    String runFailing(String name, String commands, Map<String, String> more) throws IOException, InterruptedException {
        Outcome outcome = execute(commands, more);
        assertThat(outcome.exitCode().orElse(0))
                .as(name + "\n" + outcome.printed())
                .isNotZero();
        return outcome.printed();
    }

    /** Returns the file to which the shell writes the output of its commands while they run. */
    Path output() {
        return folder.resolve("output");
    }

    /**
     * This record holds what a run of commands printed.
     *
     * @param exitCode the exit code; empty if the commands did not end in time
     */
    private record Outcome(OptionalInt exitCode, String printed) {}

    private Outcome execute(String commands, Map<String, String> more) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("commands"), "set -euo pipefail\n" + commands);
        ProcessBuilder builder = new ProcessBuilder("bash", "-x", script.toString())
                .directory(Repository.find().root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
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

        String printed = Files.readString(output(), StandardCharsets.UTF_8);
        return new Outcome(ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(), printed);
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
