package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.TopicOrigin;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Projects topics into one read model across restarts, faults and changes of the topics. */
@Execution(ExecutionMode.CONCURRENT)
class ProjectionIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** After a restart of a server, the projector applies thousands of records again, which a slow machine delays. */
    private static final Duration EXACT_LIMIT = Duration.ofMinutes(3);

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(7);
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;
    private TestTopicWriter topics;

    @BeforeEach
    void open() {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topics = new TestTopicWriter(bootstrap, prefix);
    }

    @AfterEach
    void close() {
        topics.close();
        client.close();
        mongo.close();
    }

    @Test
    void totalsAreExactAndCommittedOffsetsFollow() throws Exception {
        try (RunningProjector projector = projector(mongo.uri())) {
            // The topics are created after the start of the projector, which waits for them.
            topics.createAll(Map.of());
            send(2_000, 300);
            awaitExact(database, 1);

            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(committed(1)).isEqualTo(ends()));
            assertThat(database.getCollection("study_totals_g1").listIndexes())
                    .anyMatch(index -> index.getString("name").equals("leaderboard"));
            Document deleted = database.getCollection("todos_g1")
                    .find(new Document("deleted", true))
                    .first();
            assertThat(deleted).containsOnlyKeys("_id", "version", "offset", "deleted");
            assertThat(projector.bean(GenerationReconciler.class).isReadingRecords())
                    .isTrue();
        }
    }

    @Test
    void totalsAreExactAfterARestartDuringWhichEventsArrived() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector first = projector(mongo.uri())) {
            send(500, 100);
            awaitExact(database, 1);
            first.awaitServed(2);
            assertThat(served(first)).containsExactlyInAnyOrder("study-g1", "subjects-g1");
        }
        send(500, 100);
        try (RunningProjector second = projector(mongo.uri())) {
            awaitExact(database, 1);
            second.awaitServed(2);
            assertThat(served(second)).containsExactlyInAnyOrder("study-g1", "subjects-g1");
        }
    }

    @Test
    void aPoisonRecordIsDeadLetteredAndTheNextVersionCorrectsItsMirror() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector projector = projector(mongo.uri())) {
            AggregateState poisoned = generator.todo("todo-poison", "user-1", 1);
            topics.send(topics.record(AggregateType.TODO, poisoned, "{\"id\":".getBytes(UTF_8)));
            send(200, 50);
            awaitExact(database, 1);

            Document deadLetter = database.getCollection("dead_letters").find().first();
            assertThat(deadLetter).containsEntry("reason", "unreadable").containsEntry("state", "open");
            assertThat(topics.admin()
                            .describeTopics(List.of(AggregateType.deadLetterTopic(topics.name(AggregateType.TODO))))
                            .allTopicNames()
                            .get())
                    .hasSize(1);

            AggregateState healed = generator.todo("todo-poison", "user-1", 2);
            generator.states().put(healed.id(), healed);
            topics.send(healed);
            awaitExact(database, 1);
            assertThat(projector.bean(GenerationReconciler.class).isReadingRecords())
                    .isTrue();
        }
    }

    @Test
    void twoInstancesSharePartitionsAndOneTakesOverAll() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector one = projector(mongo.uri())) {
            RunningProjector other = projector(mongo.uri());
            try (other) {
                await().atMost(TIMEOUT).untilAsserted(() -> {
                    assertThat(partitions(one)).isBetween(1, 8);
                    assertThat(partitions(one) + partitions(other)).isEqualTo(9);
                });
                send(1_000, 200);
            }
            send(1_000, 200);
            awaitExact(database, 1);
            await().atMost(TIMEOUT).until(() -> partitions(one) == 9);
        }
    }

    @Test
    void totalsAreExactAfterMongoDbWasKilled() throws Exception {
        topics.createAll(Map.of());
        try (ControllableServer own = TestServers.startOwnMongo();
                MongoClient ownClient = MongoClients.create(own.url());
                RunningProjector projector = projector(own.url())) {
            MongoDatabase ownDatabase = ownClient.getDatabase("studybuddy");
            projector.awaitServed(2);
            send(1_000, 200);
            await().atMost(TIMEOUT)
                    .until(() -> ownDatabase.getCollection("todos_g1").countDocuments() > 0);
            own.kill();
            send(1_000, 200);
            own.start();
            send(1_000, 200);
            awaitExact(ownDatabase, 1);
            assertThat(ownDatabase.getCollection("dead_letters").countDocuments())
                    .isZero();
            assertThat(served(projector)).containsExactlyInAnyOrder("study-g1", "subjects-g1");
        }
    }

    @Test
    void noGenerationIsBuiltFromCompactedTopics() throws Exception {
        topics.createAll(Map.of("cleanup.policy", "compact"));
        try (RunningProjector projector = projector(mongo.uri())) {
            await().atMost(TIMEOUT)
                    .until(() -> projector.bean(GenerationReconciler.class).isReadingRecords());
            await().during(Duration.ofSeconds(2))
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(
                                    projector.bean(GenerationStore.class).readAll())
                            .isNotEmpty()
                            .allSatisfy(
                                    record -> assertThat(record.generations()).isEmpty()));
        }
    }

    @Test
    void aRecreatedTopicMarksTheGenerationAsBroken() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector projector = projector(mongo.uri())) {
            send(100, 20);
            awaitExact(database, 1);
            topics.admin()
                    .deleteTopics(List.of(topics.name(AggregateType.USER)))
                    .all()
                    .get();
            await().atMost(TIMEOUT).ignoreExceptions().until(() -> {
                topics.admin()
                        .createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(
                                topics.name(AggregateType.USER), TestTopicWriter.PARTITIONS, (short) 1)))
                        .all()
                        .get();
                return true;
            });
            await().atMost(TIMEOUT).untilAsserted(() -> {
                GenerationRecord record =
                        projector.bean(GenerationStore.class).read("study").orElseThrow();
                assertThat(record.stateOf(1)).isEqualTo(GenerationState.BROKEN);
                assertThat(record.generations().get(1).reason()).contains("created again");
            });
            // The other read model reads no users, so that it is not affected.
            await().atMost(TIMEOUT).until(() -> served(projector).equals(List.of("subjects-g1")));
        }
    }

    @Test
    void aListedGenerationIsBuiltWhileTheActiveOneServes() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector projector = projector(mongo.uri())) {
            send(1_000, 200);
            awaitExact(database, 1);
            GenerationStore store = projector.bean(GenerationStore.class);
            GenerationRecord record = store.read("study").orElseThrow();
            Map<String, TopicOrigin> origins = record.generations().get(1).topics();
            Generation next =
                    new Generation(2, StudyContribution.VERSION, origins, true, Instant.now(), null, null, null);
            assertThat(store.compareAndSet(record.begin(next))).isTrue();
            send(500, 200);

            awaitExact(database, 1);
            awaitExact(database, 2);
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(committed(2)).isEqualTo(ends()));

            GenerationRecord now = store.read("study").orElseThrow();
            assertThat(store.compareAndSet(now.abort(2, "the test aborts it"))).isTrue();
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(database.listCollectionNames()).noneMatch(name -> name.endsWith("_g2")));
        }
    }

    @Test
    void aGenerationReadsItsOwnTopicsAfterTheirPrefixHasChanged() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector before = projector(mongo.uri())) {
            send(100, 20);
            awaitExact(database, 1);
            before.awaitServed(2);
        }
        String laterPrefix = TestServers.newTopicPrefix();
        try (TestTopicWriter later = new TestTopicWriter(bootstrap, laterPrefix)) {
            later.createAll(Map.of());
            try (RunningProjector after = new RunningProjector(bootstrap, mongo.uri(), laterPrefix, Map.of())) {
                send(100, 20);
                awaitExact(database, 1);
                assertThat(served(after)).contains("study-g1");
            }
        }
    }

    @Test
    void aRestartedProjectorIsReadyAlthoughTheTopicsOfAGenerationWereDeleted() throws Exception {
        topics.createAll(Map.of());
        try (RunningProjector before = projector(mongo.uri())) {
            send(100, 20);
            awaitExact(database, 1);
            before.awaitServed(2);
        }
        topics.admin()
                .deleteTopics(
                        Stream.of(AggregateType.values()).map(topics::name).toList())
                .all()
                .get();

        try (RunningProjector after = projector(mongo.uri())) {
            HealthIndicator health = after.bean("projector", HealthIndicator.class);
            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                assertThat(String.valueOf(health.health().getDetails().get("topicDefects")))
                        .contains("do not exist");
            });
            assertThat(served(after)).contains("study-g1", "subjects-g1");
        }
    }

    private RunningProjector projector(String uri) {
        return new RunningProjector(bootstrap, uri, prefix, Map.of("studybuddy.projector.drop-after", "10s"));
    }

    private static int partitions(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .filter(one -> one.name().startsWith("study-"))
                .mapToInt(one -> one.partitionCount())
                .sum();
    }

    private static List<String> served(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .map(GenerationRunner::name)
                .toList();
    }

    private void send(int events, int aggregates) throws Exception {
        for (int i = 0; i < events; i++) {
            AggregateState state = generator.next(aggregates);
            // TestTopicWriter.send writes every deleted state to the todo topic, so that deleted sessions are skipped.
            if (state instanceof DeletedState && HistoryGenerator.isSession(state.id())) {
                continue;
            }
            topics.send(state);
        }
        topics.flush();
    }

    private void awaitExact(MongoDatabase where, int generation) {
        await().atMost(EXACT_LIMIT).ignoreExceptions().untilAsserted(() -> {
            for (AggregateState state : generator.states().values()) {
                Document mirror = where.getCollection(
                                TestTopicWriter.typeOf(state).plural() + "_g" + generation)
                        .find(new Document("_id", state.id()))
                        .first();
                assertThat(mirror).as(state.id()).isNotNull();
                assertThat(mirror.get("version", Number.class).longValue()).isEqualTo(state.version());
            }
        });
        assertThat(HistoryGenerator.shown(
                        where.getCollection("study_totals_g" + generation).find()))
                .isEqualTo(generator.totals());
    }

    private Map<?, Long> committed(int generation) throws Exception {
        Map<org.apache.kafka.common.TopicPartition, Long> offsets = new java.util.HashMap<>();
        for (Map.Entry<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> one : topics.admin()
                .listConsumerGroupOffsets(prefix + "projector-study-g" + generation)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()) {
            offsets.put(one.getKey(), one.getValue().offset());
        }
        return offsets;
    }

    private Map<?, Long> ends() throws Exception {
        Map<org.apache.kafka.common.TopicPartition, org.apache.kafka.clients.admin.OffsetSpec> requested =
                new java.util.HashMap<>();
        for (AggregateType type : AggregateType.values()) {
            for (int partition = 0; partition < TestTopicWriter.PARTITIONS; partition++) {
                requested.put(
                        new org.apache.kafka.common.TopicPartition(topics.name(type), partition),
                        org.apache.kafka.clients.admin.OffsetSpec.latest());
            }
        }
        Map<org.apache.kafka.common.TopicPartition, Long> ends = new java.util.HashMap<>();
        topics.admin()
                .listOffsets(requested)
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }
}
