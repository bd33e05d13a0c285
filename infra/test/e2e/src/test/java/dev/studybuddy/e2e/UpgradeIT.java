package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.ConsistencyAudit;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaWait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Upgrades a stack from the previous version, and returns to it, in the order of the runbooks. The programs of
 * both versions run at the same time while clients write.
 */
@Tag("long")
class UpgradeIT {

    private static final Logger log = LoggerFactory.getLogger(UpgradeIT.class);

    /**
     * During the upgrade, the projectors keep the versions of the projections that the programs of both versions
     * contain.
     */
    private static final Map<String, String> EARLIER_PROJECTIONS =
            Map.of("STUDYBUDDY_PROJECTOR_VERSIONS_STUDY", "1", "STUDYBUDDY_PROJECTOR_VERSIONS_SUBJECTS", "1");

    private static final String PRESENT_PROJECTION_VERSION = "2";

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int INSTANCES = 1;
    private static final int WRITES = 100;

    private static EarlierVersion earlier;

    private final List<AcknowledgedWrites> acknowledged = new ArrayList<>();

    @BeforeAll
    static void build() throws Exception {
        earlier = EarlierVersion.build();
    }

    @AfterAll
    static void remove() throws Exception {
        if (earlier != null) {
            earlier.close();
        }
    }

    @Test
    void anUpgradeAndItsRollBackUnderLoadLoseNothing() throws Exception {
        Path root = Repository.find().root();
        try (IsolatedServers isolated = new IsolatedServers();
                TestStack before = TestStack.create(
                        earlier.checkout(), "upgrade-before", isolated.servers(), INSTANCES, Map.of(), Map.of());
                TestStack after = TestStack.create(
                        root, "upgrade-after", isolated.servers(), INSTANCES, EARLIER_PROJECTIONS, Map.of())) {
            before.startAll();

            upgrade(before, after);
            assertExact("after the upgrade", after);
            buildPresentProjections(after);
            assertExact("with the present projections", after);

            rollBack(after, before);
            assertExact("after the roll back", before);
        }
    }

    /**
     * A projector of the previous version dead-letters records of a newer schema, so the API must not write such a
     * schema while such a projector runs. A projector of this version leaves these records to a newer projector.
     */
    @Test
    void anEventOfANewerSchemaWaitsForANewerProjector(@TempDir Path folder) throws Exception {
        Path root = Repository.find().root();
        try (IsolatedServers isolated = new IsolatedServers();
                TestStack before = TestStack.create(
                        earlier.checkout(), "schema-before", isolated.servers(), 1, Map.of(), Map.of());
                TestStack present =
                        TestStack.create(root, "schema-present", isolated.servers(), 1, Map.of(), Map.of());
                TestStack newer = TestStack.create(
                        root, "schema-newer", isolated.servers(), 1, Map.of(), SecondSchema.settings(folder));
                ProjectedEvents events = new ProjectedEvents(isolated.servers().mongoUri())) {
            before.startAll();
            AcknowledgedWrites writes = buildNewerGenerations(before, newer);
            assertThat(SecondSchema.readWritten(newer)).isEqualTo(1);

            Service newerProjector = newer.projectors().getFirst();
            newerProjector.stop();
            before.projectors().getFirst().stop();
            // No projector serves the active generation, so the API cannot choose the second schema yet.
            String session = create(newer, "/api/sessions", Map.of("minutes", 5));
            newerProjector.start().awaitReady();
            await("the API writes the second schema").atMost(LIMIT).until(() -> SecondSchema.readWritten(newer) == 2);
            newerProjector.stop();
            String todo = create(
                    newer,
                    "/api/todos",
                    Map.of("title", "Newer", "subject", "Math", "difficulty", "easy", "questionsTarget", 1));

            Service presentProjector = present.projectors().getFirst();
            presentProjector.start().awaitReady();
            await("other partitions continue")
                    .atMost(LIMIT)
                    .until(() -> events.isMirrored(AggregateType.SESSION, session, 1));
            await("the event waits in both read models")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(events.waits())
                            .allMatch(wait -> wait.schema() == 2)
                            .extracting(SchemaWait::generation)
                            .containsExactlyInAnyOrder("study-g1", "subjects-g1"));
            assertThat(events.isMirrored(AggregateType.TODO, todo, 1)).isFalse();

            newerProjector.start().awaitReady();
            await("the newer projector projects the event")
                    .atMost(LIMIT)
                    .until(() -> events.isMirrored(AggregateType.TODO, todo, 2));
            presentProjector.stop();
            AuditReport report = new ConsistencyAudit(isolated.servers(), writes, SecondSchema::contributionFunction)
                    .runUntilExact(LIMIT);
            log.info("The audit ended with the second schema: report={}", report.describe());
            assertThat(report.findings()).as(report.describe()).isEmpty();
            assertVerified(newer);
            assertThat(events.countDeadLetters()).isZero();
        }
    }

    /**
     * Builds and activates generations for the second schema under load, while a projector of the previous version
     * runs.
     */
    private static AcknowledgedWrites buildNewerGenerations(TestStack before, TestStack newer) throws Exception {
        newer.apiService().start().awaitReady();
        before.apiService().stop();
        await("the API waits for the earlier projector")
                .atMost(LIMIT)
                .until(() -> newer.apiService().logTail().contains("announced no schema"));
        try (OngoingLoad load = new OngoingLoad(newer)) {
            load.awaitMoreWrites(WRITES);
            newer.projectors().getFirst().start().awaitReady();
            awaitActive(newer, 2);
            // The API checks every 5 s which schema it can write, and these writes take about 16 s.
            load.awaitMoreWrites(4 * WRITES);
            load.finish();
            return load.acknowledgedWrites();
        }
    }

    /** Upgrades api-service first, then the publishers, then the projectors. */
    private void upgrade(TestStack before, TestStack after) throws Exception {
        try (OngoingLoad earlierLoad = OngoingLoad.withoutChangesOfSessions(before)) {
            acknowledged.add(earlierLoad.acknowledgedWrites());
            earlierLoad.awaitMoreWrites(WRITES);
            after.apiService().start().awaitReady();
            try (OngoingLoad load = new OngoingLoad(after)) {
                acknowledged.add(load.acknowledgedWrites());
                load.awaitMoreWrites(WRITES);
                earlierLoad.awaitMoreWrites(WRITES);
                earlierLoad.finish();
                before.apiService().stop();

                TestUser user = TestUser.create(after);
                awaitShown(after, user);
                try (OngoingReads reads = new OngoingReads(after, user)) {
                    replace(before.publishers(), after.publishers(), load);
                    replace(before.projectors(), after.projectors(), load);
                    reads.finish();
                    log.info("The upgrade is complete: reads={}", reads);
                }
                load.finish();
                log.info("The loads ended: earlier={} newer={}", earlierLoad, load);
            }
        }
        after.awaitHealthy();
    }

    /** Restarts the projectors, which then build the versions of the projections that only this program contains. */
    private static void buildPresentProjections(TestStack after) {
        for (Service projector : after.projectors()) {
            projector.stop();
            EARLIER_PROJECTIONS.keySet().forEach(name -> projector.setVariable(name, PRESENT_PROJECTION_VERSION));
            projector.start().awaitReady();
        }
        awaitActive(after, 2);
    }

    /**
     * Returns to the previous version. First, the generations whose version the previous programs contain are
     * activated. Then the programs return in the reverse order of the upgrade: the projectors, the publishers,
     * api-service.
     */
    private void rollBack(TestStack after, TestStack before) throws Exception {
        try (OngoingLoad load = new OngoingLoad(after)) {
            acknowledged.add(load.acknowledgedWrites());
            load.awaitMoreWrites(WRITES);
            activate(after, 1);
            replace(after.projectors(), before.projectors(), load);
            replace(after.publishers(), before.publishers(), load);
            before.apiService().start().awaitReady();
            try (OngoingLoad earlierLoad = OngoingLoad.withoutChangesOfSessions(before)) {
                acknowledged.add(earlierLoad.acknowledgedWrites());
                earlierLoad.awaitMoreWrites(WRITES);
                load.finish();
                after.apiService().stop();
                earlierLoad.awaitMoreWrites(WRITES);
                earlierLoad.finish();
                log.info("The loads ended: newer={} earlier={}", load, earlierLoad);
            }
        }
        before.awaitHealthy();
    }

    private static void activate(TestStack stack, int generation) {
        for (String model : List.of(Names.STUDY, Names.SUBJECTS)) {
            String path = "/api/admin/projections/rebuild/" + generation + "/activate?model=" + model;
            await(path)
                    .atMost(LIMIT)
                    .until(() -> stack.api().call("POST", path, null).ok());
        }
    }

    private static void awaitActive(TestStack stack, int generation) {
        await("the generations " + generation + " are active").atMost(LIMIT).untilAsserted(() -> {
            Answer projections = stack.api().call("GET", "/api/admin/projections", null);
            assertThat(projections.body().valueStream())
                    .as("%s", projections)
                    .hasSize(2)
                    .allMatch(model -> model.path("active").intValue(0) == generation);
        });
    }

    /** Replaces one program after the other. Each runs next to its successor under load before it stops. */
    private static void replace(List<Service> programs, List<Service> successors, OngoingLoad load) {
        for (int n = 0; n < programs.size(); n++) {
            successors.get(n).start().awaitReady();
            load.awaitMoreWrites(WRITES);
            programs.get(n).stop();
            load.awaitMoreWrites(WRITES);
        }
    }

    /** Fails unless each acknowledged write is in SQL and on the topics in order, and MongoDB is exact. */
    private void assertExact(String when, TestStack stack) throws Exception {
        for (AcknowledgedWrites writes : acknowledged) {
            log.info(
                    "The audit found no difference {}: report={}",
                    when,
                    stack.assertExact(writes).describe());
        }
        assertVerified(stack);
    }

    /** Fails if a verify of all read models finds a difference. */
    private static void assertVerified(TestStack stack) {
        Answer accepted = stack.callWithRetry("POST", "/api/admin/verify", Map.of("repair", false), Map.of());
        assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
        String path = accepted.header("Location").orElseThrow();
        JsonNode job = await("a verify of all read models")
                .atMost(LIMIT)
                .until(
                        () -> stack.api().call("GET", path, null),
                        one -> one.ok() && one.body().path("finishedAt").isString())
                .body();
        assertThat(job.path("consistent").booleanValue(false)).as("%s", job).isTrue();
    }

    private static void awaitShown(TestStack stack, TestUser user) {
        await("MongoDB shows the sessions of the user").atMost(LIMIT).untilAsserted(() -> {
            Answer analytics = stack.api().call("GET", "/api/reports/analytics?days=7&userId=" + user.id(), null);
            assertThat(analytics.body().path("streak").intValue(0)).isEqualTo(TestUser.DAYS);
            Answer leaders = stack.api().call("GET", "/api/users/leaderboard?limit=1&around=" + user.id(), null);
            assertThat(leaders.body().path("entries").path(0).path("points").longValue(0))
                    .isEqualTo((long) TestUser.DAYS * TestUser.MINUTES_PER_DAY);
        });
    }

    /** Creates a todo or a session of the demo user, and returns its id. */
    private static String create(TestStack stack, String path, Map<String, ?> body) {
        Answer created = stack.callWithRetry("POST", path, body, Map.of());
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        return created.text("id");
    }
}
