package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the real loop while the broker refuses one event and its dead-letter topic accepts no records. */
class UnavailableDeadLettersTest {

    private static final long STEP_NANOS = 20_000_000;
    private static final int WHOLE_WRITE = 3;
    private static final int ROUND = 5;
    private static final Aggregate REFUSED = aggregate("refused");

    private final Random random = new Random(5);
    private final SimulatedClock clock = new SimulatedClock();
    private final DatabaseFaults databaseFaults = new DatabaseFaults(random, nanos -> {});
    private final SimulatedDatabase database =
            new SimulatedDatabase(clock, databaseFaults, new SimulatedLeases(clock, databaseFaults));
    private final SimulatedBroker broker = new SimulatedBroker(clock, random, Mutant.NONE);
    private final SimulatedInstance instance = new SimulatedInstance(
            1,
            database,
            new SimulatedStartingPoints(clock, databaseFaults, database.leases, random),
            broker,
            clock,
            new Faults(random, false, Mutant.NONE));

    @Test
    void anUnavailableDeadLetterTopicDelaysOnlyTheAggregateOfTheRefusedEvent() {
        databaseFaults.enabled = false;
        broker.clientRefuses = false;
        broker.refuses = row -> row.aggregate().equals(REFUSED) && row.version() == 1;
        broker.deadLettersUnavailable = true;
        write(REFUSED, 1);
        write(REFUSED, 2);
        run(Duration.ofSeconds(30));
        assertThat(pending()).containsExactly(REFUSED, REFUSED);

        List<Aggregate> others = IntStream.range(0, 200)
                .mapToObj(n -> aggregate("a" + n))
                .filter(other -> partition(other) == partition(REFUSED))
                .toList();
        for (int version = 1; version <= 5; version++) {
            for (Aggregate other : others) {
                write(other, version);
            }
            run(Duration.ofSeconds(5));
            assertThat(pending()).as("events of the same partition are sent").containsExactly(REFUSED, REFUSED);
        }

        broker.deadLettersUnavailable = false;
        run(Duration.ofSeconds(10));
        assertThat(pending()).isEmpty();
        assertThat(database.rows().filter(row -> row.deadLettered))
                .singleElement()
                .satisfies(row -> assertThat(row.version).isEqualTo(1));
        assertThat(broker.topic.stream().filter(row -> row.aggregate().equals(REFUSED)))
                .singleElement()
                .satisfies(row -> assertThat(row.version()).isEqualTo(2));
    }

    private static Aggregate aggregate(String id) {
        return new Aggregate(Shards.of(SimulatedWriters.TYPE, id), SimulatedWriters.TYPE, id);
    }

    private static int partition(Aggregate aggregate) {
        return Math.floorMod(aggregate.id().hashCode(), SimulatedBroker.PARTITIONS);
    }

    private void write(Aggregate aggregate, long version) {
        database.write(aggregate, version, new UUID(random.nextLong(), random.nextLong())).committed = true;
    }

    private Stream<Aggregate> pending() {
        return database.rows().filter(SimulatedDatabase.Stored::pending).map(row -> row.aggregate);
    }

    private void run(Duration duration) {
        long end = clock.nanos() + duration.toNanos();
        while (clock.nanos() < end) {
            instance.keepLeases();
            instance.step(ROUND);
            instance.stepWrite(WHOLE_WRITE);
            assertThat(instance.blockedPartitions())
                    .as("the partition of the refused event accepts records")
                    .isEmpty();
            for (int n = 0; n < 20; n++) {
                broker.step(false);
            }
            clock.advanceTo(clock.nanos() + STEP_NANOS);
            broker.expire();
        }
    }
}
