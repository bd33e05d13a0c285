package dev.studybuddy.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.e2e.OngoingReads.Observation;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Injects faults into the read model while many clients write. Three projectors are killed at random, documents are
 * changed by hand, an event is lost, a generation is rebuilt, and MongoDB is restored to an earlier state. At the end,
 * every document agrees with SQL.
 */
@DisabledIfSystemProperty(
        named = TestServers.MODE_PROPERTY,
        matches = "containers|urls",
        disabledReason = "the test replaces the data folder of its own MongoDB")
@Isolated("the load needs the whole machine")
class ReadModelFaultsIT {

    private static final Logger log = LoggerFactory.getLogger(ReadModelFaultsIT.class);

    private static final Duration KILL_TIME = Duration.ofSeconds(45);
    private static final Duration WAIT_LIMIT = Duration.ofMinutes(5);

    /**
     * The previous generation stays available for longer than the test takes on any machine; the test then shortens
     * this time.
     */
    private static final Duration KEEP_PREVIOUS_TIME = Duration.ofHours(1);

    private static final String KEEP_PREVIOUS_VARIABLE = "STUDYBUDDY_PROJECTOR_KEEPPREVIOUS";
    /** The projectors start with the first version of the projection, which one test upgrades. */
    private static final String VERSION_VARIABLE = "STUDYBUDDY_PROJECTOR_VERSIONS_STUDY";

    private static final int PROJECTORS = 3;
    private static final int VERIFY_RUNS = 2;

    private static TestDatabase sql;
    private static TestTopics topics;
    private static ControllableServer mongo;
    private static MongoClient client;
    private static MongoDatabase database;
    private static TestStack stack;
    private static ReadModelOperator study;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.newDatabase();
        topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
        mongo = TestServers.startOwnMongo();
        client = MongoClients.create(mongo.url());
        database = client.getDatabase("studybuddy");
        AuditedServers servers = new AuditedServers(
                sql.url(), sql.username(), sql.password(), topics.bootstrapServers(), mongo.url(), topics.prefix());
        stack = TestStack.start(
                "read-model",
                servers,
                1,
                PROJECTORS,
                Map.of(
                        KEEP_PREVIOUS_VARIABLE,
                        KEEP_PREVIOUS_TIME.toSeconds() + "s",
                        VERSION_VARIABLE,
                        "1",
                        "STUDYBUDDY_PROJECTOR_DROPAFTER",
                        "10s",
                        // The high value lets the rebuild continue although kills and a slow machine delay live events.
                        "STUDYBUDDY_PROJECTOR_LIVEDELAY",
                        "10m",
                        "STUDYBUDDY_PROJECTOR_TOPICCHECKINTERVAL",
                        "1s",
                        "STUDYBUDDY_VERIFY_SETTLETIMEOUT",
                        "15s"));
        study = new ReadModelOperator(stack, Names.STUDY);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable one : new AutoCloseable[] {stack, client, mongo, topics::remove, sql}) {
            if (one != null) {
                one.close();
            }
        }
    }

    @Test
    void aRebuildCorrectsDamageWhileProjectorsAreKilledAndClientsWriteAndRead() throws Exception {
        TestUser tampered = TestUser.create(stack);
        TestUser withLostSession = TestUser.create(stack);
        TestUser withLostEvent = TestUser.create(stack);
        String todo = createTodo(withLostEvent);
        stack.assertExact(new AcknowledgedWrites());
        int previous = study.readActive();
        try (OngoingLoad load = new OngoingLoad(stack)) {
            for (int run = 0; run < VERIFY_RUNS; run++) {
                study.verify(false).assertNoDrift();
            }

            loseEvent(withLostEvent, todo);
            VerifyResult repair = study.verify(true);
            assertThat(repair.differences()).containsExactly("stale " + todo);
            assertThat(repair.usersWithWrongTotals()).as("%s", repair).isEmpty();
            assertThat(repair.repaired()).as("%s", repair).isEqualTo(1);
            awaitMirror(todo, 2, previous);
            // The repair's snapshot corrects both the mirror and the rollups.
            study.verify(false).assertNoDrift();
            complete(withLostEvent, todo, "again");

            String lostSession = withLostSession.sessions().getLast();
            database.getCollection(Names.mirrors(AggregateType.SESSION, previous))
                    .deleteOne(new Document("_id", lostSession));
            TamperedTotals.write(database, previous, tampered);

            VerifyResult secondRepair = study.verify(true);
            assertThat(secondRepair.differences()).containsExactly("missing " + lostSession);
            assertThat(secondRepair.usersWithWrongTotals())
                    .contains(tampered.id(), withLostSession.id())
                    .isSubsetOf(tampered.id(), withLostSession.id(), "*");
            assertThat(secondRepair.repaired())
                    .as("verify repairs nothing, because an event would count twice: %s", secondRepair)
                    .isZero();

            // The reads start only now, because an answer could show a part of the changes while the test made them.
            OngoingReads reads = new OngoingReads(stack, tampered);
            try (reads;
                    RandomKills kills = new RandomKills(stack.projectors(), KILL_TIME, 5)) {
                VerifyResult duringKills = study.verify(false);
                assertThat(duringKills.differences()).isSubsetOf("missing " + lostSession);
                assertThat(duringKills.usersWithWrongTotals()).isSubsetOf(tampered.id(), withLostSession.id(), "*");

                int next = study.rebuild();
                study.assertSecondRebuildIsRejected();
                List<JsonNode> progress = study.awaitActive(next);
                log.info("The rebuild is complete: progress={}", progress);
                assertThat(progress).anySatisfy(one -> {
                    assertThat(one.path("done").longValue())
                            .isLessThan(one.path("total").longValue());
                    assertThat(one.path("perSecond").isNumber()).isTrue();
                    assertThat(one.path("secondsLeft").isNumber()).isTrue();
                });

                awaitMoreReads(reads, Observation.CORRECT);
                study.activate(previous);
                awaitMoreReads(reads, Observation.TAMPERED);
                study.activate(next);
                awaitMoreReads(reads, Observation.CORRECT);
                log.info("All activations are complete: killsStillRun={}", kills.isRunning());
                log.info("The random kills ended: kills={}", kills.awaitEnd());

                for (Service projector : stack.projectors()) {
                    projector.kill();
                    projector.setVariable(KEEP_PREVIOUS_VARIABLE, "1s").start();
                }
                awaitRemoved(previous);
                reads.finish();
            }

            load.finish();
            log.info("The load and the reads ended: load={} reads={}", load, reads);
            log.info(
                    "The audit found no difference: report={}",
                    stack.assertExact(load.acknowledgedWrites()).describe());
            study.verify(false).assertConsistent();
        }
    }

    @Test
    @Tag("long")
    void aMongoDbThatIsKilledAndThenRestoredToAnEarlierStateEndsExact() throws Exception {
        try (OngoingLoad load = new OngoingLoad(stack)) {
            for (int kill = 0; kill < 3; kill++) {
                load.awaitMoreWrites(60 + 23 * kill);
                mongo.kill();
                mongo.start();
            }
            load.awaitMoreWrites(100);
            mongo.stop();
            mongo.copyData();
            mongo.start();
            load.awaitMoreWrites(100);
            String later = createSession();

            // A restore requires that the projectors do not run.
            stack.projectors().forEach(Service::kill);
            mongo.stop();
            mongo.restoreData();
            mongo.start();
            assertThat(sessionMirror(later))
                    .as("the session was written after the copy")
                    .isNull();
            stack.projectors().forEach(Service::start);
            load.awaitMoreWrites(100);

            load.finish();
            log.info("The load ended: load={}", load);
            log.info(
                    "The audit found no difference: report={}",
                    stack.assertExact(load.acknowledgedWrites()).describe());
            stack.awaitHealthy();
            study.verify(false).assertConsistent();
        }
    }

    @Test
    @Tag("long")
    void anUpgradedProjectionAndThenThePreviousGenerationAreActivatedUnderLoad() throws Exception {
        GenerationStore store = new GenerationStore(database);
        GenerationRecord before = store.read(Names.STUDY).orElseThrow();
        int earlier = requireNonNull(before.active());
        assertThat(before.generations().get(earlier).projectionVersion()).isEqualTo(1);
        try (OngoingLoad load = new OngoingLoad(stack)) {
            load.awaitMoreWrites(100);
            for (Service projector : stack.projectors()) {
                projector.kill();
                projector
                        .setVariable(VERSION_VARIABLE, "2")
                        .setVariable(KEEP_PREVIOUS_VARIABLE, KEEP_PREVIOUS_TIME.toSeconds() + "s")
                        .start();
            }
            int upgraded = await("the generation of version 2")
                    .atMost(WAIT_LIMIT)
                    .until(() -> findGeneration(store, 2), OptionalInt::isPresent)
                    .getAsInt();

            for (int active : List.of(upgraded, earlier, upgraded)) {
                study.activate(active);
                load.awaitMoreWrites(100);
            }
            load.finish();
            log.info(
                    "The audit found no difference after the upgrade: load={} report={}",
                    load,
                    stack.assertExact(load.acknowledgedWrites()).describe());
            study.verify(false).assertConsistent();
        }
    }

    /** Returns the generation of a version of the projection. */
    private static OptionalInt findGeneration(GenerationStore store, int projectionVersion) {
        return store.read(Names.STUDY).orElseThrow().generations().entrySet().stream()
                .filter(one -> one.getValue().projectionVersion() == projectionVersion)
                .mapToInt(Map.Entry::getKey)
                .findFirst();
    }

    /** Creates a session and waits until its mirror exists. */
    private static String createSession() throws Exception {
        Answer created = stack.callWithRetry("POST", "/api/sessions", Map.of("minutes", 5), Map.of());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        await("its mirror").atMost(WAIT_LIMIT).until(() -> sessionMirror(created.text("id")) != null);
        return created.text("id");
    }

    private static @Nullable Document sessionMirror(String id) throws Exception {
        return database.getCollection(Names.mirrors(AggregateType.SESSION, study.readActive()))
                .find(new Document("_id", id))
                .first();
    }

    private static String createTodo(TestUser owner) throws Exception {
        Answer created = stack.callWithRetry(
                "POST",
                "/api/todos",
                Map.of("title", "Read", "subject", "Math", "difficulty", "easy", "questionsTarget", 5),
                owner.headers());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.text("id");
    }

    private static void complete(TestUser owner, String todo, String title) throws Exception {
        Answer done = stack.callWithRetry(
                "PATCH", "/api/todos/" + todo, Map.of("completed", true, "title", title), owner.headers());
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }

    /**
     * Makes an event unreadable, so that the projector dead-letters it, and discards the dead letter as an operator
     * would.
     */
    private static void loseEvent(TestUser owner, String todo) throws Exception {
        stack.publishers().getFirst().stop();
        complete(owner, todo, "lost");
        try (Connection connection = DriverManager.getConnection(sql.url(), sql.username(), sql.password());
                PreparedStatement damage = connection.prepareStatement("UPDATE outbox SET payload = payload - 'userId'"
                        + " WHERE aggregate_id = ? AND processed = false")) {
            damage.setString(1, todo);
            assertThat(damage.executeUpdate()).isEqualTo(1);
        }
        stack.publishers().getFirst().start();
        JsonNode letter = await("the dead letter")
                .atMost(WAIT_LIMIT)
                .until(() -> deadLetterOf(todo), one -> !one.isMissingNode());
        Answer discarded = stack.callWithRetry(
                "DELETE", "/api/admin/dead-letters/" + letter.path("id").asString(""), null, Map.of());
        // The answer is 409 if an earlier attempt discarded the letter but its answer was lost.
        assertThat(discarded.status()).as(discarded.toString()).isIn(204, 409);
    }

    private static JsonNode deadLetterOf(String key) throws IOException, InterruptedException {
        JsonNode page = stack.api()
                .call("GET", "/api/admin/dead-letters?source=projector&state=open", null)
                .body();
        return page.path("items")
                .valueStream()
                .filter(one -> one.path("key").asString("").equals(key))
                .findFirst()
                .orElse(page.path("none"));
    }

    private static void awaitMirror(String todo, long version, int generation) {
        Document expected = new Document("_id", todo).append("version", version);
        await(todo + " at " + version)
                .atMost(WAIT_LIMIT)
                .until(() -> database.getCollection(Names.mirrors(AggregateType.TODO, generation))
                                .countDocuments(expected)
                        == 1);
    }

    private static void awaitMoreReads(OngoingReads reads, Observation observation) {
        long target = reads.count(observation) + 5;
        await("five more answers that are " + observation + ", after " + reads)
                .atMost(WAIT_LIMIT)
                .until(() -> reads.count(observation) >= target);
    }

    /** Waits until the collections and the consumer group of a generation of {@code study} are deleted. */
    private static void awaitRemoved(int generation) {
        await("generation " + generation + " is removed").atMost(WAIT_LIMIT).untilAsserted(() -> {
            assertThat(database.listCollectionNames())
                    .filteredOn(name -> !name.startsWith(Names.SUBJECTS))
                    .noneMatch(name -> name.endsWith(Names.suffix(generation)));
            assertThat(topics.groupIds()).noneMatch(group -> group.endsWith("study-g" + generation));
        });
    }
}
