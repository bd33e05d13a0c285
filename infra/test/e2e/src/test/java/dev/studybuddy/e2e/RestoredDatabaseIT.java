package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Sorts;
import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.audit.ConsistencyAudit;
import dev.studybuddy.audit.Finding;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Restores the SQL database to an earlier point with the steps of the runbook, which it reads from the page. */
@Tag("long")
@DisabledIfSystemProperty(
        named = TestServers.MODE_PROPERTY,
        matches = "containers|urls",
        disabledReason = "the test replaces the data folder of its own SQL database")
class RestoredDatabaseIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String PAGE = "infra/docs/runbooks/backup.md";
    private static final String SECTION = "CockroachDB is restored to an earlier point";
    private static final Pattern PRINTED_FILE = Pattern.compile("(?m)^deleted=(\\S+)$");
    /** The page raises the versions, so the topics have a gap before the first raised version. */
    private static final Pattern GAP = Pattern.compile(".*: version \\d{7,} follows \\d+");

    private static ControllableServer sql;
    private static TestMongo mongo;
    private static TestTopics topics;
    private static TestStack stack;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.startOwnSql();
        mongo = TestServers.newMongoDatabase();
        topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
        AuditedServers servers = new AuditedServers(
                sql.url(), "root", "", TestServers.kafkaBootstrapServers(), mongo.uri(), topics.prefix());
        stack = TestStack.start("restored", servers, 1, 1);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable one : new AutoCloseable[] {stack, topics::remove, mongo, sql}) {
            if (one != null) {
                one.close();
            }
        }
    }

    @Test
    void theStepsOfTheRunbookMakeMongoDbExactAndRepeatTheDeletions() throws Exception {
        TestUser kept = TestUser.create(stack);
        TestUser deleted = TestUser.create(stack);
        stack.assertExact(new AcknowledgedWrites());
        sql.stop();
        sql.copyData();
        sql.start();
        stack.awaitHealthy();
        assertThat(stack.callWithRetry("DELETE", "/api/users/" + deleted.id(), null, Map.of())
                        .status())
                .isEqualTo(204);
        TestUser lost = TestUser.create(stack);
        stack.assertExact(new AcknowledgedWrites());
        List<String> steps = new PageBlocks(Repository.find().root().resolve(PAGE)).blocks(SECTION, "sh");
        assertThat(steps).hasSize(5);

        Map<String, String> variables = Map.of("deleted", storeDeletedUsers(steps.get(0)));
        stopAll();
        sql.stop();
        sql.restoreData();
        sql.start();
        drain(steps.get(1), variables);
        long highest = projectAndFindHighestVersion();
        assertThat(highest).isPositive();
        run(steps.get(2), Map.of("HIGHEST_VERSION", Long.toString(highest)));
        stack.startAll();
        assertThat(readStatus(deleted))
                .as("the restored database contains the deleted user")
                .isEqualTo(200);
        run(steps.get(3), variables);
        run(steps.get(4), variables);

        assertThat(readStatus(kept)).isEqualTo(200);
        assertThat(readStatus(deleted)).isEqualTo(404);
        assertThat(readStatus(lost)).isEqualTo(404);
        assertExactAfterTheRestore(lost);
        for (String model : List.of(Names.STUDY, Names.SUBJECTS)) {
            new ReadModelOperator(stack, model).verify(false).assertConsistent();
        }
    }

    /** Runs the first step and returns the path of the list that it wrote. */
    private String storeDeletedUsers(String commands) throws Exception {
        Matcher printed = PRINTED_FILE.matcher(run(commands + "\necho \"deleted=$deleted\"\n", Map.of()));
        assertThat(printed.find()).isTrue();
        return printed.group(1);
    }

    private static void stopAll() {
        stack.projectors().forEach(Service::stop);
        stack.publishers().forEach(Service::stop);
        stack.apiService().stop();
    }

    /** Runs the publishers alone until no row is pending. */
    private void drain(String count, Map<String, String> variables) {
        stack.publishers().forEach(Service::start);
        stack.publishers().forEach(Service::awaitReady);
        await("the restored outbox is drained")
                .atMost(LIMIT)
                .until(() -> run(count, variables).lines().toList(), lines -> lines.contains("0"));
        stack.publishers().forEach(Service::stop);
    }

    /**
     * Runs the projectors alone until they have applied all records, and reads the highest version of the mirrors as
     * step 4 of the page does.
     */
    private static long projectAndFindHighestVersion() {
        Map<String, Long> ends = readEnds();
        stack.projectors().forEach(Service::start);
        stack.projectors().forEach(Service::awaitReady);
        try (MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            await("all records are applied").atMost(LIMIT).until(() -> areApplied(database, ends));
            stack.projectors().forEach(Service::stop);
            return Arrays.stream(AggregateType.values())
                    .map(type -> database.getCollection(Names.mirrors(type, 1))
                            .find()
                            .sort(Sorts.descending("version"))
                            .first())
                    .mapToLong(document -> document == null ? 0 : ((Number) document.get("version")).longValue())
                    .max()
                    .orElseThrow();
        }
    }

    /** Returns the end offset of each partition of the topics, by the id of the journal of the partition. */
    private static Map<String, Long> readEnds() {
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers());
        Map<String, Long> ends = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (AggregateType type : AggregateType.values()) {
                List<TopicPartition> partitions = consumer.partitionsFor(type.topic(topics.prefix())).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                consumer.endOffsets(partitions).forEach((partition, end) -> {
                    String id = Names.journalId(type.code(), partition.partition());
                    ends.put(id, end);
                });
            }
        }
        return ends;
    }

    /** Returns whether the journals of the read model {@code study} have reached the given offsets. */
    private static boolean areApplied(MongoDatabase database, Map<String, Long> ends) {
        MongoCollection<Document> journals = database.getCollection(Names.journal(Names.STUDY, 1));
        Map<String, Long> done = new HashMap<>();
        for (Document journal : journals.find()) {
            long offset = journal.get(JournalFields.DONE, Number.class).longValue();
            done.put(journal.getString("_id"), offset);
        }
        return ends.keySet().stream().allMatch(id -> done.getOrDefault(id, -1L) >= ends.getOrDefault(id, 0L));
    }

    /**
     * Requires that SQL and MongoDB agree, and the topics too, except that the topics keep the records of the lost
     * aggregates and have a gap before the raised versions.
     */
    private static void assertExactAfterTheRestore(TestUser lost) {
        ConsistencyAudit audit = new ConsistencyAudit(stack.servers(), new AcknowledgedWrites());
        await("SQL, the topics and MongoDB agree").atMost(LIMIT).untilAsserted(() -> {
            AuditReport report = audit.run();
            assertThat(report.findings())
                    .as(report.describe())
                    .allSatisfy(finding -> assertThat(isExpected(finding, lost))
                            .as("%s", finding)
                            .isTrue());
        });
    }

    private static boolean isExpected(Finding finding, TestUser lost) {
        boolean isOfLostAggregate = finding.place().equals("topic")
                && (finding.id().contains(lost.id()) || lost.sessions().stream().anyMatch(finding.id()::contains));
        return isOfLostAggregate || GAP.matcher(finding.what()).matches();
    }

    private static int readStatus(TestUser user) {
        return stack.callWithRetry("GET", "/api/users/" + user.id(), null, Map.of())
                .status();
    }

    private String run(String commands, Map<String, String> variables) throws Exception {
        return new OperatorShell(stack, folder).run(SECTION, commands, variables);
    }
}
