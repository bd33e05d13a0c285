package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * This test builds two read models from the same topics, and breaks and rebuilds each without an effect on the other.
 */
@Execution(ExecutionMode.CONCURRENT)
class ReadModelsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(11);
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;
    private TestTopicWriter topics;

    @BeforeEach
    void open() throws Exception {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topics = new TestTopicWriter(bootstrap, prefix);
        topics.createAll(Map.of());
    }

    @AfterEach
    void close() {
        topics.close();
        client.close();
        mongo.close();
    }

    @Test
    void bothReadModelsAreExactInTheirOwnGroupsAndCollections() throws Exception {
        try (RunningProjector projector = projector(Map.of())) {
            send(1_500);
            awaitMirrors("todos_g1");
            awaitMirrors("subjects_todos_g1");

            assertThat(shown("study_totals_g1")).isEqualTo(generator.totals());
            assertThat(shown("subjects_totals_g1"))
                    .isEqualTo(ExpectedSubjectTotals.of(generator.states().values()));
            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(journals("study_journal_g1")).hasSize(3 * TestTopicWriter.PARTITIONS);
                assertThat(journals("subjects_journal_g1").keySet())
                        .containsExactlyInAnyOrder("todo-0", "todo-1", "todo-2");
            });
            assertThat(database.getCollection("subjects_totals_g1").listIndexes())
                    .anyMatch(index -> index.getString("name").equals("most_todos"));
            assertThat(topics.admin().listGroups().all().get())
                    .extracting(group -> group.groupId())
                    .contains(prefix + "projector-study-g1", prefix + "projector-subjects-g1");
            assertThat(store(projector).read("subjects").orElseThrow().projection())
                    .isEqualTo(new Projection(2, Set.of(AggregateType.TODO)));
        }
    }

    @Test
    void rebuildingOneReadModelDoesNotChangeTheOther() throws Exception {
        try (RunningProjector projector = projector(Map.of())) {
            send(800);
            awaitMirrors("todos_g1");
            awaitMirrors("subjects_todos_g1");
            GenerationStore store = store(projector);
            GenerationRecord untouched = store.read("study").orElseThrow();

            begin(store, "subjects", 2);
            send(400);
            awaitMirrors("subjects_todos_g2");
            assertThat(shown("subjects_totals_g2"))
                    .isEqualTo(ExpectedSubjectTotals.of(generator.states().values()));
            GenerationRecord built = store.read("subjects").orElseThrow();
            assertThat(store.compareAndSet(built.activate(2, Instant.now()).retirePrevious("the test retires it")))
                    .isTrue();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(database.listCollectionNames())
                            .noneMatch(name -> name.startsWith("subjects_") && name.endsWith("_g1"))
                            .contains("todos_g1", "study_totals_g1", "study_journal_g1", "subjects_todos_g2"));
            assertThat(store.read("study")).contains(untouched);
            send(400);
            awaitMirrors("todos_g1");
            awaitMirrors("subjects_todos_g2");
            assertThat(shown("study_totals_g1")).isEqualTo(generator.totals());
            assertThat(shown("subjects_totals_g2"))
                    .isEqualTo(ExpectedSubjectTotals.of(generator.states().values()));
        }
    }

    @Test
    void aBrokenReadModelDoesNotBlockTheOther() throws Exception {
        try (RunningProjector projector = projector(Map.of())) {
            send(300);
            awaitMirrors("subjects_todos_g1");
            awaitMirrors("todos_g1");
            GenerationStore store = store(projector);
            GenerationRecord record = store.read("subjects").orElseThrow();
            assertThat(store.compareAndSet(
                            record.markBroken(1, "the test breaks it").orElseThrow()))
                    .isTrue();
            await().atMost(TIMEOUT).until(() -> served(projector).equals(List.of("study-g1")));
            awaitEmptyGroup("projector-subjects-g1");
            Map<String, Map<String, Long>> before = shown("subjects_totals_g1");

            send(300);
            awaitMirrors("todos_g1");
            assertThat(shown("study_totals_g1")).isEqualTo(generator.totals());
            assertThat(shown("subjects_totals_g1")).isEqualTo(before);
        }
    }

    @Test
    void aNewReadModelIsBuiltFromTheStartBeforeItServes() throws Exception {
        try (RunningProjector old = projector(Map.of("studybuddy.projector.models", "study"))) {
            await().atMost(TIMEOUT)
                    .until(() -> store(old)
                            .read("study")
                            .map(GenerationRecord::active)
                            .isPresent());
            send(3_000);
            awaitMirrors("todos_g1");
            assertThat(served(old)).containsExactly("study-g1");
        }
        try (RunningProjector projector = projector(Map.of())) {
            awaitMirrors("subjects_todos_g1");

            assertThat(shown("subjects_totals_g1"))
                    .isEqualTo(ExpectedSubjectTotals.of(generator.states().values()));
            GenerationRecord record = store(projector).read("subjects").orElseThrow();
            assertThat(record.active()).isNull();
            assertThat(record.building()).isEqualTo(1);
            assertThat(store(projector).read("study").orElseThrow().active()).isEqualTo(1);
        }
    }

    @Test
    void aNewerVersionIsBuiltNextToTheEarlierOneAndBothStayExact() throws Exception {
        try (RunningProjector old = projector(Map.of("studybuddy.projector.versions.study", "1"))) {
            await().atMost(TIMEOUT)
                    .until(() -> store(old)
                            .read("study")
                            .map(GenerationRecord::active)
                            .isPresent());
            send(500);
            awaitMirrors("todos_g1");
            assertThat(store(old).read("study").orElseThrow().building()).isNull();
        }
        try (RunningProjector projector = projector(Map.of())) {
            GenerationStore store = store(projector);
            awaitMirrors("todos_g2");
            GenerationRecord built = store.read("study").orElseThrow();
            assertThat(built.generations().get(1).projectionVersion()).isEqualTo(1);
            assertThat(built.generations().get(2).projectionVersion()).isEqualTo(StudyContribution.VERSION);
            assertThat(store.compareAndSet(built.activate(2, Instant.now()))).isTrue();
            assertBothVersionsAreExact(200);

            GenerationRecord activated = store.read("study").orElseThrow();
            assertThat(store.compareAndSet(activated.activate(1, Instant.now())))
                    .isTrue();
            assertBothVersionsAreExact(200);
            GenerationRecord activatedAgain = store.read("study").orElseThrow();
            assertThat(activatedAgain.building()).isNull();
            assertThat(store.compareAndSet(activatedAgain.activate(2, Instant.now())))
                    .isTrue();
            assertBothVersionsAreExact(200);
        }
    }

    @Test
    void aPreviousGenerationStaysWhileAnInstanceServesOnlyIt() throws Exception {
        Map<String, String> settings =
                Map.of("studybuddy.projector.models", "study", "studybuddy.projector.keep-previous", "1s");
        try (RunningProjector projector = projector(settings)) {
            awaitMirrors("todos_g1");
            GenerationStore store = store(projector);
            begin(store, "study", 2);
            await().atMost(TIMEOUT).until(() -> served(projector).size() == 2);
            try (Consumer<byte[], byte[]> outdated =
                    topics.joinGroup(prefix + "projector-study-g1", "outdated-study-g1")) {
                GenerationRecord built = store.read("study").orElseThrow();
                assertThat(store.compareAndSet(built.activate(2, Instant.now())))
                        .isTrue();

                // Without this member, the generation would be retired after a second.
                await().atMost(TIMEOUT).during(Duration.ofSeconds(3)).until(() -> {
                    outdated.poll(Duration.ofMillis(50));
                    return Integer.valueOf(1)
                            .equals(store.read("study").orElseThrow().previous());
                });
            }
            await().atMost(TIMEOUT)
                    .until(() -> store.read("study").orElseThrow().previous() == null);
        }
    }

    private void assertBothVersionsAreExact(int moreEvents) throws Exception {
        send(moreEvents);
        awaitMirrors("todos_g1");
        awaitMirrors("todos_g2");
        for (int version = 1; version <= 2; version++) {
            assertThat(shown("study_totals_g" + version))
                    .isEqualTo(HistoryGenerator.totals(
                            StudyContribution.ofVersion(version).orElseThrow(),
                            generator.states().values()));
        }
    }

    @Test
    void anUnreadableRecordIsDeadLetteredOnceForBothModels() throws Exception {
        try (RunningProjector projector = projector(Map.of())) {
            TodoState poisoned = generator.todo("todo-poison", "user-1", 1);
            topics.send(topics.record(AggregateType.TODO, poisoned, "{".getBytes(UTF_8)));
            send(200);
            awaitMirrors("todos_g1");
            awaitMirrors("subjects_todos_g1");

            assertThat(database.getCollection("dead_letters").countDocuments()).isEqualTo(1);
            assertThat(projector.bean(GenerationReconciler.class).isReadingRecords())
                    .isTrue();
        }
    }

    @Test
    void aSettingThatNamesAnUnknownReadModelIsRejected() {
        assertThatThrownBy(() -> projector(Map.of("studybuddy.projector.models", "study,other")))
                .rootCause()
                .hasMessageContaining("studybuddy.projector.models names other; the read models are study, subjects");
    }

    private RunningProjector projector(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("studybuddy.projector.drop-after", "10s");
        return new RunningProjector(bootstrap, mongo.uri(), prefix, settings);
    }

    private static GenerationStore store(RunningProjector projector) {
        return projector.bean(GenerationStore.class);
    }

    private static List<String> served(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .map(GenerationRunner::name)
                .toList();
    }

    private static void begin(GenerationStore store, String model, int number) {
        await("the first generation")
                .atMost(TIMEOUT)
                .until(() ->
                        store.read(model).filter(one -> one.active() != null).isPresent());
        // The projector may change the record between the read and the write.
        await("the generation " + number).atMost(TIMEOUT).until(() -> {
            GenerationRecord record = store.read(model).orElseThrow();
            return store.compareAndSet(record.begin(new Generation(
                    number, 1, record.generations().get(1).topics(), true, Instant.now(), null, null, null)));
        });
    }

    private void send(int events) throws Exception {
        for (int i = 0; i < events; i++) {
            AggregateState state = generator.next(200);
            if (!HistoryGenerator.isSession(state.id())) {
                topics.send(state);
            } else if (state instanceof dev.studybuddy.contract.SessionState) {
                topics.send(state);
            }
        }
        topics.flush();
    }

    /**
     * Waits until the mirrors of a read model show the last version of every todo, and in {@code study} also every
     * session. The sums include these states then, because the projector writes sums before mirrors.
     */
    private void awaitMirrors(String collection) {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            Map<String, Long> versions = new HashMap<>();
            for (Document mirror : database.getCollection(collection).find()) {
                versions.put(
                        mirror.getString("_id"),
                        mirror.get("version", Number.class).longValue());
            }
            Map<String, Long> wanted = new HashMap<>();
            generator.states().values().stream()
                    .filter(state -> !HistoryGenerator.isSession(state.id()))
                    .forEach(state -> wanted.put(state.id(), state.version()));
            assertThat(versions).isEqualTo(wanted);
        });
        if (collection.startsWith("todos")) {
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(database.getCollection(collection.replace("todos", "study_sessions"))
                                            .countDocuments())
                                    .isEqualTo(generator.states().keySet().stream()
                                            .filter(HistoryGenerator::isSession)
                                            .count()));
        }
    }

    /** Waits until the consumers of a group have left it. A runner that stops still ends the batch that it polled. */
    private void awaitEmptyGroup(String group) {
        await().atMost(TIMEOUT)
                .until(() -> topics.admin()
                        .describeConsumerGroups(List.of(prefix + group))
                        .describedGroups()
                        .get(prefix + group)
                        .get()
                        .members()
                        .isEmpty());
    }

    private Map<String, Map<String, Long>> shown(String collection) {
        return HistoryGenerator.shown(database.getCollection(collection).find());
    }

    private Map<String, Document> journals(String collection) {
        Map<String, Document> journals = new HashMap<>();
        database.getCollection(collection).find().forEach(one -> journals.put(one.getString("_id"), one));
        return journals;
    }
}
