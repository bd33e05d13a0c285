package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.audit.Acknowledgements;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.bench.http.Answer;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.e2e.OngoingReads.Sight;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The read model under many writers: three projectors killed at random, documents changed by hand, an event lost, a
 * rebuild, and a MongoDB that falls back. In the end every document is what SQL says.
 */
@DisabledIfSystemProperty(
        named = TestServers.MODE_PROPERTY,
        matches = "containers|urls",
        disabledReason = "it puts the data of a MongoDB of its own back")
class ReadModelFaultsIT {

    private static final Logger log = LoggerFactory.getLogger(ReadModelFaultsIT.class);

    private static final Duration KILLING = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** No machine is so slow that the way back is over by then; the test ends that time itself. */
    private static final Duration KEPT = Duration.ofHours(1);

    private static final String KEEP_PREVIOUS = "STUDYBUDDY_PROJECTOR_KEEPPREVIOUS";
    private static final int PROJECTORS = 3;
    private static final int LOOKS = 3;

    private static TestDatabase sql;
    private static Topics topics;
    private static FaultyServer mongo;
    private static MongoClient client;
    private static MongoDatabase database;
    private static Stack stack;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.newDatabase();
        topics = new Topics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
        mongo = TestServers.ownMongo();
        client = MongoClients.create(mongo.url());
        database = client.getDatabase("studybuddy");
        AuditedServers servers = new AuditedServers(
                sql.url(), sql.username(), sql.password(), topics.bootstrapServers(), mongo.url(), topics.prefix());
        stack = Stack.start(
                "read-model",
                servers,
                1,
                PROJECTORS,
                Map.of(
                        KEEP_PREVIOUS,
                        KEPT.toSeconds() + "s",
                        "STUDYBUDDY_PROJECTOR_DROPAFTER",
                        "10s",
                        // The rebuild goes on where kills and a slow machine make live events late.
                        "STUDYBUDDY_PROJECTOR_LIVEDELAY",
                        "10m",
                        "STUDYBUDDY_PROJECTOR_TOPICSEVERY",
                        "2s",
                        "STUDYBUDDY_VERIFY_PATIENCE",
                        "15s"));
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
    void damageIsFoundAndPutRightByARebuildWhileProjectorsAreKilledAndManyWriteAndRead() throws Exception {
        Scholar falsified = Scholar.on(stack);
        Scholar robbed = Scholar.on(stack);
        Scholar unlucky = Scholar.on(stack);
        String todo = newTodo(unlucky);
        stack.assertExact(new Acknowledgements());
        int before = study().path("active").intValue();
        try (OngoingLoad load = new OngoingLoad(stack)) {
            for (int look = 0; look < LOOKS; look++) {
                assertNoDrift(verify(false));
            }

            loseTheEventOf(unlucky, todo);
            JsonNode healing = verify(true);
            assertThat(found(healing)).containsExactly("stale " + todo);
            assertThat(usersWithWrongTotals(healing)).as("%s", healing).isEmpty();
            assertThat(healing.path("repaired").intValue()).as("%s", healing).isEqualTo(1);
            awaitMirror(todo, 2, before);
            // The snapshot healed mirror and sums alike.
            assertNoDrift(verify(false));
            complete(unlucky, todo, "again");

            String stolen = robbed.sessions().getLast();
            database.getCollection(Names.mirrors(AggregateType.SESSION, before)).deleteOne(new Document("_id", stolen));
            Falsified.inGeneration(database, before, falsified);

            JsonNode repair = verify(true);
            assertThat(found(repair)).containsExactly("missing " + stolen);
            assertThat(usersWithWrongTotals(repair)).contains(falsified.id(), robbed.id());
            assertThat(usersWithWrongTotals(repair)).isSubsetOf(falsified.id(), robbed.id(), "*");
            assertThat(repair.path("repaired").intValue())
                    .as("an event would count twice: %s", repair)
                    .isZero();

            // From here on: while the documents were changed one by one, an answer could show some of them.
            OngoingReads reads = new OngoingReads(stack, falsified);
            try (reads;
                    RandomKills kills = new RandomKills(stack.projectors(), KILLING, 5)) {
                JsonNode meanwhile = verify(false);
                assertThat(found(meanwhile)).isSubsetOf("missing " + stolen);
                assertThat(usersWithWrongTotals(meanwhile)).isSubsetOf(falsified.id(), robbed.id(), "*");

                int next = rebuild();
                List<JsonNode> progress = awaitSwitch(next);
                log.info("progress of the rebuild: {}", progress);
                assertThat(progress).anySatisfy(one -> {
                    assertThat(one.path("done").longValue())
                            .isLessThan(one.path("total").longValue());
                    assertThat(one.path("perSecond").isNumber()).isTrue();
                    assertThat(one.path("secondsLeft").isNumber()).isTrue();
                });

                awaitMore(reads, Sight.TRUE);
                activate(before);
                awaitMore(reads, Sight.FALSIFIED);
                activate(next);
                awaitMore(reads, Sight.TRUE);
                log.info("there and back, while projectors were killed: {}", kills.goOn());
                log.info("{} projectors were killed", kills.awaitEnd());

                for (Service projector : stack.projectors()) {
                    projector.kill();
                    projector.set(KEEP_PREVIOUS, "1s").start();
                }
                awaitGone(before);
                reads.end();
            }

            load.end();
            log.info("{}; {}", load, reads);
            log.info("{}", stack.assertExact(load.acknowledgements()).describe());
            JsonNode last = verify(false);
            assertThat(last.path("consistent").booleanValue(false))
                    .as("%s", last)
                    .isTrue();
        }
    }

    @Test
    void aMongoDbThatIsKilledAndThatIsPutBackToAnEarlierStateEndsExact() throws Exception {
        try (OngoingLoad load = new OngoingLoad(stack)) {
            for (int kill = 0; kill < 3; kill++) {
                load.awaitMore(100 + 37 * kill);
                mongo.kill();
                mongo.start();
            }
            load.awaitMore(100);
            mongo.stop();
            mongo.keepData();
            mongo.start();
            load.awaitMore(400);
            String later = newSession();

            // As the design has it for a restore: the projectors are stopped meanwhile.
            stack.projectors().forEach(Service::kill);
            mongo.stop();
            mongo.putBackData();
            mongo.start();
            assertThat(sessionMirror(later)).as("it came after the copy").isNull();
            stack.projectors().forEach(Service::start);
            load.awaitMore(100);

            load.end();
            log.info("{}", load);
            log.info("{}", stack.assertExact(load.acknowledgements()).describe());
            stack.awaitWhole();
            JsonNode last = verify(false);
            assertThat(last.path("consistent").booleanValue(false))
                    .as("%s", last)
                    .isTrue();
        }
    }

    /** A session that MongoDB shows. */
    private static String newSession() throws Exception {
        Answer made = stack.ask("POST", "/api/sessions", Map.of("minutes", 5), Map.of());
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        await("its mirror").atMost(LIMIT).until(() -> sessionMirror(made.text("id")) != null);
        return made.text("id");
    }

    private static @Nullable Document sessionMirror(String id) throws Exception {
        return database.getCollection(Names.mirrors(
                        AggregateType.SESSION, study().path("active").intValue()))
                .find(new Document("_id", id))
                .first();
    }

    private static String newTodo(Scholar owner) throws Exception {
        Answer made = stack.ask(
                "POST",
                "/api/todos",
                Map.of("title", "Read", "subject", "Math", "difficulty", "easy", "questionsTarget", 5),
                owner.headers());
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.text("id");
    }

    private static void complete(Scholar owner, String todo, String title) throws Exception {
        Answer done =
                stack.ask("PATCH", "/api/todos/" + todo, Map.of("completed", true, "title", title), owner.headers());
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }

    /** An event that no reader can read: it is dead-lettered, and an operator discards it. */
    private static void loseTheEventOf(Scholar owner, String todo) throws Exception {
        stack.publishers().getFirst().stop();
        complete(owner, todo, "lost");
        try (Connection connection = DriverManager.getConnection(sql.url(), sql.username(), sql.password());
                PreparedStatement spoil = connection.prepareStatement("UPDATE outbox SET payload = payload - 'userId'"
                        + " WHERE aggregate_id = ? AND processed = false")) {
            spoil.setString(1, todo);
            assertThat(spoil.executeUpdate()).isEqualTo(1);
        }
        stack.publishers().getFirst().start();
        JsonNode letter =
                await("the dead letter").atMost(LIMIT).until(() -> deadLetterOf(todo), one -> !one.isMissingNode());
        Answer discarded = stack.ask(
                "DELETE", "/api/admin/dead-letters/" + letter.path("id").asString(""), null, Map.of());
        // 409 where an answer before was late, and what it was about had happened.
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
        Document wanted = new Document("_id", todo).append("version", version);
        await(todo + " at " + version)
                .atMost(LIMIT)
                .until(() -> database.getCollection(Names.mirrors(AggregateType.TODO, generation))
                                .countDocuments(wanted)
                        == 1);
    }

    private static JsonNode verify(boolean repair) throws Exception {
        Answer asked = stack.ask("POST", "/api/admin/verify", Map.of("repair", repair), Map.of());
        assertThat(asked.status()).as(asked.toString()).isEqualTo(202);
        JsonNode job = await("a verify")
                .atMost(LIMIT)
                .until(
                        () -> stack.api().call("GET", asked.header("Location").orElseThrow(), null),
                        one -> one.ok() && !one.body().path("finishedAt").isNull())
                .body();
        log.info("verify: {}", job);
        assertThat(job.path("state").asString("")).as("%s", job).isEqualTo("done");
        return job;
    }

    private static void assertNoDrift(JsonNode verify) {
        assertThat(verify.path("counts")
                        .valueStream()
                        .mapToLong(JsonNode::longValue)
                        .sum())
                .as("%s", verify)
                .isZero();
    }

    /** What differs, sums aside. */
    private static List<String> found(JsonNode verify) {
        List<String> found = new ArrayList<>();
        for (String list : List.of("missing", "stale", "extra", "different")) {
            verify.path(list)
                    .forEach(one -> found.add(list + ' ' + one.path("id").asString("")));
        }
        return found;
    }

    private static List<String> usersWithWrongTotals(JsonNode verify) {
        return verify.path("wrongTotals")
                .valueStream()
                .map(one -> one.path("userId").asString(""))
                .distinct()
                .toList();
    }

    private static int rebuild() throws Exception {
        Answer begun = stack.ask("POST", "/api/admin/projections/rebuild", Map.of("activate", "auto"), Map.of());
        assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        Answer second = stack.ask("POST", "/api/admin/projections/rebuild", Map.of(), Map.of());
        Problems.assertProblem(second, 409);
        assertThat(second.text("type")).endsWith("rebuild-under-way");
        return begun.body().path("generation").intValue();
    }

    /** Waits until a generation answers, and returns how far it was meanwhile. */
    private static List<JsonNode> awaitSwitch(int generation) {
        List<JsonNode> progress = new ArrayList<>();
        await("generation " + generation + " is active").atMost(LIMIT).until(() -> {
            JsonNode study = study();
            study.path("generations")
                    .valueStream()
                    .filter(one -> one.path("generation").intValue() == generation)
                    .filter(one -> one.path("state").asString("").equals("building"))
                    .forEach(progress::add);
            return study.path("active").intValue(0) == generation;
        });
        return progress;
    }

    /** The read model's generations; a MongoDB that has just come back may not be seen by the API yet. */
    private static JsonNode study() {
        return await("the generations")
                .atMost(LIMIT)
                .until(() -> stack.api().call("GET", "/api/admin/projections", null), Answer::ok)
                .body()
                .valueStream()
                .filter(one -> one.path("model").asString("").equals(Names.STUDY))
                .findFirst()
                .orElseThrow();
    }

    private static void activate(int generation) {
        await("generation " + generation + " is activated").atMost(LIMIT).untilAsserted(() -> {
            Answer answer =
                    stack.api().call("POST", "/api/admin/projections/rebuild/" + generation + "/activate", null);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        });
    }

    private static void awaitMore(OngoingReads reads, Sight sight) {
        long wanted = reads.seen(sight) + 5;
        await(reads + " sees what is " + sight).atMost(LIMIT).until(() -> reads.seen(sight) >= wanted);
    }

    /** Neither collections nor the group of a generation of {@code study} are left. */
    private static void awaitGone(int generation) {
        await("generation " + generation + " is gone").atMost(LIMIT).untilAsserted(() -> {
            assertThat(database.listCollectionNames())
                    .filteredOn(name -> !name.startsWith(Names.SUBJECTS))
                    .noneMatch(name -> name.endsWith(Names.suffix(generation)));
            assertThat(topics.groups()).noneMatch(group -> group.endsWith("study-g" + generation));
        });
    }
}
