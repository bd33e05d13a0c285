package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs the real loop while more aggregates are on hold than it can defer. */
class SkippedHoldsTest {

    private static final int COUNT = 60;
    private static final Duration HOLD = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final Random random = new Random(6);
    private final SimulatedSystem system = new SimulatedSystem();
    private final List<Aggregate> held =
            IntStream.range(0, COUNT).mapToObj(n -> aggregateOfOneShard("h", n)).toList();
    private final List<Aggregate> others =
            IntStream.range(0, COUNT).mapToObj(n -> aggregateOfOneShard("o", n)).toList();

    @Test
    void skippedRowsOnHoldDelayNoOtherRowAndAreSentInOrderWhenTheyAreDue() {
        held.forEach(this::writeOnHold);
        others.forEach(aggregate -> system.write(aggregate, 1));
        held.forEach(aggregate -> system.write(aggregate, 2));

        system.run(SHORT, () -> {});

        assertThat(system.pending().distinct()).containsExactlyInAnyOrderElementsOf(held);
        assertThat(system.broker.topic).extracting(OutboxRow::aggregate).containsExactlyInAnyOrderElementsOf(others);
        assertThat(system.instance.holdOverflows).isOne();

        system.run(HOLD.plus(SHORT), () -> {});

        assertThat(system.pending()).isEmpty();
        for (Aggregate aggregate : held) {
            assertThat(system.broker.topic.stream()
                            .filter(row -> row.aggregate().equals(aggregate))
                            .map(OutboxRow::version)
                            .distinct())
                    .as(aggregate.id())
                    .containsExactly(1L, 2L);
        }
        assertThat(system.instance.holdOverflows).isOne();
    }

    private void writeOnHold(Aggregate aggregate) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        SimulatedDatabase.Stored row = system.database.write(aggregate, 1, id);
        row.nextAttemptAt = row.createdAt.plus(HOLD);
        row.committed = true;
    }

    /** Returns one of several aggregates of the shard of the first one. */
    private static Aggregate aggregateOfOneShard(String prefix, int n) {
        int shard = SimulatedSystem.aggregate("h0").shard();
        return IntStream.iterate(0, suffix -> suffix + 1)
                .mapToObj(suffix -> SimulatedSystem.aggregate(prefix + n + "-" + suffix))
                .filter(aggregate -> aggregate.shard() == shard)
                .findFirst()
                .orElseThrow();
    }
}
