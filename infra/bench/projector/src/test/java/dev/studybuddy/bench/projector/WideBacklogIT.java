package dev.studybuddy.bench.projector;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.audit.Finding;
import dev.studybuddy.audit.ReadModelComparison;
import dev.studybuddy.bench.projector.workload.EventMix;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drains a backlog in which almost every record belongs to another user, with the projector and the heap of the local
 * stack, and kills the projector in its middle. {@code -Dwide.aggregates=50000} selects a smaller backlog.
 */
@Tag("long")
class WideBacklogIT {

    private static final int AGGREGATES = Integer.getInteger("wide.aggregates", 1_000_000);
    private static final int TRANSACTION_RECORDS = 50_000;
    private static final int WORKERS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(45);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final String DATABASE = "wide";
    private static final String PREFIX = DATABASE + '.';
    private static final List<String> MODELS = List.of(Names.STUDY, Names.SUBJECTS);

    /**
     * A projector holds at most this number of records of a read model in memory: two batches and one poll. They are
     * decoded again after a kill.
     */
    private static final int MAX_HELD_RECORDS = 15_000;

    /**
     * At most this number of records is decoded and planned again because a command of MongoDB timed out before their
     * batch was decided.
     */
    private static final int MAX_REPEATED = Math.max(5_000, AGGREGATES / 100);

    @TempDir
    Path folder;

    @Test
    void aWideBacklogDrainsInOnePassAndASmallHeapAlthoughItsProjectorIsKilled() throws Exception {
        try (ProjectorServers servers = new ProjectorServers(folder, false);
                TopicWriter writer = new TopicWriter(
                        servers.bootstrap(), PREFIX, ProjectorBenchmark.PARTITIONS, EventMix.ofManyUsers(AGGREGATES))) {
            try (ProjectorProcess first = start(servers)) {
                first.awaitActive();
            }
            for (int left = AGGREGATES; left > 0; left -= TRANSACTION_RECORDS) {
                writer.writeBacklog(Math.min(left, TRANSACTION_RECORDS));
            }
            MongoDatabase database = servers.database(DATABASE);

            Scrape first = drainHalf(servers, database);
            Scrape second = drainRest(servers, writer);

            assertOnePass(Names.STUDY, AGGREGATES, first, second);
            long todos = writer.mix().all().filter(TodoState.class::isInstance).count();
            assertOnePass(Names.SUBJECTS, todos, first, second);
            assertExact(database, writer.mix());
            assertDamageIsFound(database, writer.mix());
        }
    }

    /** Drains until half of the mirrors exist, kills the projector, and returns its last metrics. */
    private Scrape drainHalf(ProjectorServers servers, MongoDatabase database) {
        long startNanos = System.nanoTime();
        try (ProjectorProcess projector = start(servers)) {
            PollingWait.until("half of the mirrors exist", POLL_INTERVAL, LIMIT, () -> {
                projector.checkAlive();
                return countMirrors(database) >= AGGREGATES / 2;
            });
            Scrape metrics = projector.metrics();
            long peakMemoryMib = projector.peakMemoryMib();
            projector.kill();
            report("the first half", startNanos, peakMemoryMib, metrics);
            return metrics;
        }
    }

    private Scrape drainRest(ProjectorServers servers, TopicWriter writer) {
        long startNanos = System.nanoTime();
        try (ProjectorProcess projector = start(servers)) {
            projector.await(writer);
            Scrape metrics = projector.metrics();
            report("the rest", startNanos, projector.peakMemoryMib(), metrics);
            return metrics;
        }
    }

    /**
     * Checks that each record was decoded once and planned once. The counts may differ from this by the records that
     * the kill or a time-out repeated, and by those that the killed projector counted after its last metrics.
     */
    private static void assertOnePass(String model, long records, Scrape first, Scrape second) {
        String label = "model=\"" + model + '"';
        for (String counter : List.of("projector_decoded_records_total", "projector_planned_records_total")) {
            assertThat(first.total(counter, label) + second.total(counter, label))
                    .as("%s of %s with %s records", counter, model, records)
                    .isBetween((double) records - MAX_HELD_RECORDS, (double) records + MAX_HELD_RECORDS + MAX_REPEATED);
        }
    }

    private static void assertExact(MongoDatabase database, EventMix mix) {
        assertThat(ReadModelComparison.of(database, 1, mix)).isEmpty();
        assertThat(compareSubjects(database, mix)).isEmpty();
    }

    /** Checks that the comparison finds a missing mirror and a wrong total among all others. */
    private static void assertDamageIsFound(MongoDatabase database, EventMix mix) {
        database.getCollection(Names.mirrors(AggregateType.SESSION, 1)).deleteOne(new Document());
        database.getCollection(Names.studyRollups(1))
                .updateOne(
                        new Document("kind", "user").append("points", new Document("$gt", 0)),
                        new Document("$inc", new Document("points", 1L)));

        assertThat(ReadModelComparison.of(database, 1, mix))
                .extracting(Finding::place)
                .containsExactlyInAnyOrder("mirror", "rollup");
    }

    private static List<Finding> compareSubjects(MongoDatabase database, EventMix mix) {
        return ReadModelComparison.of(
                database, Names.SUBJECTS, 1, SubjectsContribution::add, List.of(AggregateType.TODO), mix);
    }

    private ProjectorProcess start(ProjectorServers servers) {
        return new ProjectorProcess(
                servers, DATABASE, PREFIX, ProjectorBenchmark.PARTITIONS, MODELS, folder, WORKERS, LIMIT);
    }

    private static long countMirrors(MongoDatabase database) {
        long count = 0;
        for (AggregateType type : AggregateType.values()) {
            count += database.getCollection(Names.mirrors(type, 1)).estimatedDocumentCount();
        }
        return count;
    }

    private static void report(String part, long startNanos, long peakMemoryMib, Scrape metrics) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double records = metrics.total("projector_events_total");
        System.out.printf(
                "%s: %.0f records of both read models in %.0f s, %.0f/s, in batches of %.0f; %.0f decoded, %.0f planned;"
                        + " peak of %d MiB resident%n",
                part,
                records,
                seconds,
                records / seconds,
                records / metrics.total("projector_batch_seconds_count"),
                metrics.total("projector_decoded_records_total"),
                metrics.total("projector_planned_records_total"),
                peakMemoryMib);
    }
}
