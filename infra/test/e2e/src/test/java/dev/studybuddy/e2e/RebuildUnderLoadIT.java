package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.e2e.OngoingReads.Observation;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Rebuilds a read model while the whole system processes many events per second and many clients read. Half of the
 * clients read totals that no client changes, and the others read their own writes. A projector is killed during the
 * rebuild.
 */
@Isolated("the load needs the whole machine")
class RebuildUnderLoadIT {

    private static final Logger log = LoggerFactory.getLogger(RebuildUnderLoadIT.class);

    /**
     * The properties -Drebuild.rate=… and -Drebuild.history=… set the events per second, and the seconds of load before
     * the rebuild.
     */
    private static final int RATE_PER_SECOND = Integer.getInteger("rebuild.rate", 1_500);

    private static final Duration HISTORY = Duration.ofSeconds(Integer.getInteger("rebuild.history", 30));
    private static final int READERS = 20;
    private static final int WRITTEN_USERS = 200;
    private static final Duration READ_INTERVAL = Duration.ofMillis(500);
    private static final Duration WAIT_LIMIT = Duration.ofMinutes(5);
    private static final int READS_PER_STEP = 5;

    /**
     * The test kills a projector when the new generation has applied a share of the records that lies between these
     * two.
     */
    private static final double MIN_PROGRESS_AT_KILL = 0.3;

    private static final double MAX_PROGRESS_AT_KILL = 0.95;

    /** No program that answers reads restarts, so nearly all answers come from MongoDB. */
    private static final int MONGO_PERCENT_MIN = 90;

    /**
     * The default number of permits depends on the number of processors. On two cores, it would be too small for these
     * readers. The limit of the permits of one caller affects no reader: half of the readers send no bearer token, and
     * each of the others is a user of its own with one read at a time.
     */
    private static final Map<String, String> SETTINGS =
            Map.of("STUDYBUDDY_READS_CONCURRENT", Integer.toString(2 * READERS), "STUDYBUDDY_READS_MAXWAIT", "1s");

    @Test
    @Tag("long")
    void aRebuildDuringWhichAProjectorIsKilledIsActivatedWhileClientsRead() throws Exception {
        TestTopics topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
        try (TestDatabase sql = TestServers.newDatabase();
                TestMongo mongo = TestServers.newMongoDatabase();
                TestStack stack = TestStack.start(
                        "rebuild-load",
                        new AuditedServers(
                                sql.url(),
                                sql.username(),
                                sql.password(),
                                topics.bootstrapServers(),
                                mongo.uri(),
                                topics.prefix()),
                        1,
                        2,
                        SETTINGS)) {
            List<String> sessions = new ArrayList<>();
            for (int n = 0; n < WRITTEN_USERS; n++) {
                sessions.addAll(TestUser.create(stack).sessions());
            }
            List<TestUser> users = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                users.add(TestUser.create(stack));
            }
            stack.assertExact(new AcknowledgedWrites());
            try (SqlWrites writes = new SqlWrites(stack.servers(), sessions, RATE_PER_SECOND)) {
                long history = (long) RATE_PER_SECOND * HISTORY.toSeconds();
                await("the history").atMost(WAIT_LIMIT).until(() -> writes.written() >= history);
                rebuildWhileClientsRead(stack, users);
                log.info("The rebuild and all activations ended: rate={}", writes.rate());
                assertThat(writes.rate()).as("events per second").isGreaterThan(RATE_PER_SECOND * 0.95);
                writes.finish();
            }
            log.info(
                    "The audit found no difference: report={}",
                    stack.assertExact(new AcknowledgedWrites()).describe());
            new ReadModelOperator(stack, Names.STUDY).verify(false).assertConsistent();
        } finally {
            topics.remove();
        }
    }

    private static void rebuildWhileClientsRead(TestStack stack, List<TestUser> users) throws Exception {
        List<OngoingReads> readers = new ArrayList<>();
        List<ReadsOfOwnWrites> writers = new ArrayList<>();
        try {
            users.subList(0, READERS / 2).forEach(user -> readers.add(new OngoingReads(stack, user, READ_INTERVAL)));
            users.subList(READERS / 2, READERS)
                    .forEach(user -> writers.add(new ReadsOfOwnWrites(stack, user, READ_INTERVAL)));
            ReadModelOperator study = new ReadModelOperator(stack, Names.STUDY);
            int previous = study.readActive();
            int next = study.rebuild();
            double progressAtKill = study.awaitProgress(next, MIN_PROGRESS_AT_KILL);
            Service killed = stack.projectors().getFirst();
            killed.kill();
            assertThat(progressAtKill).isLessThanOrEqualTo(MAX_PROGRESS_AT_KILL);
            assertThat(study.readState(next)).isEqualTo("building");
            killed.start();
            List<JsonNode> progress = study.awaitActive(next);
            log.info("The rebuild is complete: progressAtKill={} progress={}", progressAtKill, progress);
            awaitMoreReads(readers, writers);
            for (int active : List.of(previous, next)) {
                study.activate(active);
                awaitMoreReads(readers, writers);
            }
            for (ReadsOfOwnWrites writer : writers) {
                writer.finish();
                log.info("A reader of its own writes ended: reads={}", writer);
            }
            for (OngoingReads reader : readers) {
                reader.finish(MONGO_PERCENT_MIN);
                assertThat(reader.rejected()).as("%s", reader).isZero();
                log.info("A reader ended: reads={}", reader);
            }
        } finally {
            readers.forEach(OngoingReads::close);
            writers.forEach(ReadsOfOwnWrites::close);
        }
    }

    private static void awaitMoreReads(List<OngoingReads> readers, List<ReadsOfOwnWrites> writers) throws Exception {
        for (OngoingReads reader : readers) {
            long target = reader.count(Observation.CORRECT) + READS_PER_STEP;
            await("more correct answers after " + reader)
                    .atMost(WAIT_LIMIT)
                    .until(() -> reader.count(Observation.CORRECT) >= target);
        }
        for (ReadsOfOwnWrites writer : writers) {
            long target = writer.consistent() + READS_PER_STEP;
            await("more answers that include the own write after " + writer)
                    .atMost(WAIT_LIMIT)
                    .until(() -> writer.consistent() >= target || writer.hasEnded());
            if (writer.hasEnded()) {
                // This call throws the error that ended the reads.
                writer.finish();
            }
        }
    }
}
