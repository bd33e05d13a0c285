package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** This fixture blocks destinations of three aggregates, of which two have the same partition. */
abstract class UnavailableDestinationsFixture {

    static final long SECOND = 1_000_000_000L;
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final Aggregate A0 = new Aggregate(1, "todo", "a0");
    static final Aggregate B0 = new Aggregate(2, "todo", "b0");
    static final Aggregate A1 = new Aggregate(3, "todo", "a1");

    // The last letter of an id is the partition.
    final UnavailableDestinations destinations = new UnavailableDestinations(
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4), new Random(1)),
            aggregate -> aggregate.id().charAt(1) - '0');

    void failProbes(Aggregate aggregate, int times) {
        for (int n = 0; n < times; n++) {
            assertThat(begin(100 * SECOND).probes())
                    .extracting(UnavailableDestinations.ProbedAggregate::aggregate)
                    .containsExactly(aggregate);
            blockPartition(aggregate, n * SECOND);
        }
    }

    boolean blockPartition(Aggregate aggregate, long nowNanos) {
        return destinations.block(destinations.partition(aggregate), row(aggregate), true, nowNanos, "no leader");
    }

    UnavailableDestinations.DueWork begin(long nowNanos) {
        return destinations.beginDueProbes(nowNanos, type -> null);
    }

    static OutboxRow row(Aggregate aggregate) {
        return new OutboxRow(
                aggregate,
                1,
                new UUID(0, aggregate.shard()),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                NOW,
                0,
                null,
                NOW,
                0);
    }
}
