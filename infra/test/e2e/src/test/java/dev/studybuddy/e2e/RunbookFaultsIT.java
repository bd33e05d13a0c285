package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.readmodel.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs blocks of the runbooks while one of their conditions is not met, such as a server that is unavailable. */
class RunbookFaultsIT {

    private static final String BACKUP = "backup.md";
    private static final String SQL_IS_RESTORED = "CockroachDB is restored to an earlier point";

    /** No server listens on this port. */
    private static final String UNAVAILABLE_SQL = "postgresql://127.0.0.1:1/none";

    private static final String NOT_VISIBLE = "\"visibleInMongo\":false";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long KAFKA_LIMIT_SECONDS = 60;

    private static IsolatedServers isolated;
    private static TestStack stack;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        OperatorShell.requirePrograms();
        isolated = new IsolatedServers();
        // With this interval, no erasure begins during the tests, so none removes a row that a test inserts.
        Map<String, String> ofApi = Map.of("STUDYBUDDY_ERASURE_INTERVAL", "30m");
        stack = TestStack.start("runbook-faults", isolated.servers(), 1, 1, Map.of(), Map.of("api-service", ofApi));
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
    void theRaiseOfTheVersionsFailsIfTheDatabaseIsUnavailable() throws Exception {
        String printed = shell().runFailing(
                        "the raise without SQL", block(BACKUP, SQL_IS_RESTORED, 2), Map.of("SQL", UNAVAILABLE_SQL));

        assertThat(printed).contains("Not all versions of users are raised.");
    }

    @Test
    void anAggregateThatIsAlreadyRegisteredForErasureStopsNoOther() throws Exception {
        String registered = UUID.randomUUID().toString();
        String other = UUID.randomUUID().toString();
        Path list = Files.writeString(folder.resolve("erasures"), "user,%s\ntodo,%s\n".formatted(registered, other));
        String block = block(BACKUP, "MongoDB", 1);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO pending_erasures (aggregate_type, aggregate_id) VALUES ('user', '"
                    + registered + "')");

            shell().runFailing(
                            "the registration without SQL",
                            block,
                            Map.of("erasures", list.toString(), "SQL", UNAVAILABLE_SQL));
            assertThat(list).exists();

            shell().run("the registration", block, Map.of("erasures", list.toString()));
            assertThat(list).doesNotExist();
            assertThat(readErasures(statement)).contains("user " + registered, "todo " + other);
        }
    }

    @Test
    void theListOfDeletedUsersStaysUntilTheApiHasDeletedEachOfThem() throws Exception {
        TestUser user = TestUser.create(stack);
        Path list = Files.writeString(folder.resolve("deleted"), UUID.randomUUID() + "\n" + user.id() + "\n");
        String block = block(BACKUP, SQL_IS_RESTORED, 3);

        int unusedPort = FreePorts.find();
        String stopped = shell().runFailing("the deletions without an API", block, withoutWaits(list, unusedPort));
        assertThat(stopped).contains("The API is unavailable");
        assertThat(list).exists();

        HttpServer busy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        busy.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("DELETE") ? 503 : 200, -1);
            exchange.close();
        });
        busy.start();
        try {
            String rejected = shell().runFailing(
                            "the deletions while the API answers 503",
                            block,
                            withoutWaits(list, busy.getAddress().getPort()));
            assertThat(rejected).contains("is not deleted", "status 503");
        } finally {
            busy.stop(0);
        }
        assertThat(list).exists();

        shell().run("the deletions", block, Map.of("deleted", list.toString()));
        assertThat(list).doesNotExist();
        assertThat(stack.callWithRetry("GET", "/api/users/" + user.id(), null, Map.of())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void noRecordIsDeletedBeforeEveryReadModelHasAppliedTheSnapshots() throws Exception {
        new ReadModelOperator(stack, Names.STUDY).awaitActive(1);
        new ReadModelOperator(stack, Names.SUBJECTS).awaitActive(1);
        TestUser.create(stack);
        String commands = String.join("\n", page("history.md").blocks("Shorten the topics", "sh"));
        OperatorShell shell = shell();
        setPaused("pause", Map.of("model", Names.STUDY, "reason", "The runbook is tested."));
        await("the projector pauses").atMost(LIMIT).until(RunbookFaultsIT::projectorReportsPause);
        CompletableFuture<String> run;
        try {
            run = CompletableFuture.supplyAsync(() -> runUnchecked(shell, commands), Thread::startVirtualThread);
            // The second such answer shows that the commands repeat the call.
            await("the commands wait").atMost(LIMIT).until(() -> run.isDone() || countNotVisible(shell) > 1);
            assertThat(run).isNotDone();
            assertThat(logStarts()).isNotEmpty().containsOnly(0L);
        } finally {
            setPaused("resume", Map.of("model", Names.STUDY));
        }

        run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(logStarts()).anyMatch(start -> start > 0);
    }

    private static void setPaused(String action, Map<String, String> body) {
        Answer answer = stack.callWithRetry("POST", "/api/admin/projections/" + action, body, Map.of());
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    private static boolean projectorReportsPause() throws IOException, InterruptedException {
        try (ApiClient projector =
                new ApiClient(Objects.requireNonNull(stack.managementAddresses().get("mongo-projector")))) {
            return projector
                    .call("GET", "/actuator/health", null)
                    .body()
                    .findValues("paused")
                    .toString()
                    .contains(Names.STUDY);
        }
    }

    private static String runUnchecked(OperatorShell shell, String commands) {
        try {
            return shell.run("the commands that shorten the topics", commands);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The wait for the commands was interrupted", e);
        }
    }

    private static int countNotVisible(OperatorShell shell) throws IOException {
        Path output = shell.output();
        return Files.exists(output) ? Files.readString(output).split(NOT_VISIBLE, -1).length - 1 : 0;
    }

    /** Returns the offset of the first record of each partition of the topics. */
    private static List<Long> logStarts() throws Exception {
        AuditedServers servers = stack.servers();
        List<String> topics = Stream.of(AggregateType.values())
                .map(type -> type.topic(servers.topicPrefix()))
                .toList();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers.kafka()))) {
            Map<TopicPartition, OffsetSpec> earliest =
                    admin
                            .describeTopics(topics)
                            .allTopicNames()
                            .get(KAFKA_LIMIT_SECONDS, TimeUnit.SECONDS)
                            .values()
                            .stream()
                            .flatMap(topic -> topic.partitions().stream()
                                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.earliest()));
            return admin.listOffsets(earliest).all().get(KAFKA_LIMIT_SECONDS, TimeUnit.SECONDS).values().stream()
                    .map(ListOffsetsResultInfo::offset)
                    .toList();
        }
    }

    private OperatorShell shell() {
        return new OperatorShell(stack, folder);
    }

    /** Returns a block of commands of a section. */
    private static String block(String page, String section, int number) throws IOException {
        return page(page).blocks(section, "sh").get(number);
    }

    private static PageBlocks page(String name) throws IOException {
        return new PageBlocks(
                Repository.find().root().resolve("infra/docs/runbooks").resolve(name));
    }

    private static Connection connect() throws SQLException {
        AuditedServers servers = stack.servers();
        return DriverManager.getConnection(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword());
    }

    private static List<String> readErasures(Statement statement) throws SQLException {
        List<String> erasures = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT aggregate_type, aggregate_id FROM pending_erasures")) {
            while (rows.next()) {
                erasures.add(rows.getString(1) + ' ' + rows.getString(2));
            }
        }
        return erasures;
    }

    /** Returns the variables of a run that calls an API on a port, and in which each {@code sleep} ends at once. */
    private Map<String, String> withoutWaits(Path list, int port) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path sleep = Files.writeString(programs.resolve("sleep"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(sleep, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of(
                "deleted",
                list.toString(),
                "STUDYBUDDY_API",
                "http://127.0.0.1:" + port,
                "STUDYBUDDY_TOKEN",
                "token",
                "PATH",
                programs + ":" + System.getenv("PATH"));
    }
}
