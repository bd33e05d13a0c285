package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs the real loop while a topic accepts no records, and one of its partitions does not answer afterwards. */
class BlockedTopicTest {

    private static final int COUNT = 20;
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(15);

    private final SimulatedSystem system = new SimulatedSystem();
    private final List<Aggregate> aggregates = IntStream.range(0, COUNT)
            .mapToObj(n -> SimulatedSystem.aggregate("a" + n))
            .toList();

    @Test
    void afterTheFirstCheckNoPartitionWaitsForAnotherOne() {
        system.broker.unanswered = row -> isUnavailable(row.aggregate());
        system.broker.unchecked = true;
        aggregates.forEach(this::write);
        system.run(SHORT, () -> {});
        assertThat(system.pending()).hasSize(2 * COUNT);

        system.broker.unchecked = false;
        system.run(SHORT, () -> {});

        assertOnlyTheUnavailablePartitionWaits();
        assertAllArriveInOrder();
    }

    @Test
    void aProbeOfATopicWhosePartitionIsUnavailableDelaysNoOtherPartition() {
        system.broker.failsTopic = row -> true;
        aggregates.stream().filter(BlockedTopicTest::isUnavailable).forEach(this::write);
        system.run(SHORT, () -> {});
        system.broker.failsTopic = row -> false;
        system.broker.unanswered = row -> isUnavailable(row.aggregate());

        aggregates.stream().filter(aggregate -> !isUnavailable(aggregate)).forEach(this::write);
        system.run(LONG, () -> {});

        assertOnlyTheUnavailablePartitionWaits();
        assertAllArriveInOrder();
    }

    private static boolean isUnavailable(Aggregate aggregate) {
        return SimulatedBroker.partition(aggregate) == 0;
    }

    private void write(Aggregate aggregate) {
        system.write(aggregate, 1);
        system.write(aggregate, 2);
    }

    private void assertOnlyTheUnavailablePartitionWaits() {
        assertThat(system.pending()).isNotEmpty().allMatch(BlockedTopicTest::isUnavailable);
    }

    private void assertAllArriveInOrder() {
        system.broker.unanswered = row -> false;
        system.run(LONG, () -> {});
        assertThat(system.pending()).isEmpty();
        for (Aggregate aggregate : aggregates) {
            assertThat(system.broker.topic.stream()
                            .filter(row -> row.aggregate().equals(aggregate))
                            .map(OutboxRow::version)
                            .distinct())
                    .as(aggregate.id())
                    .containsExactly(1L, 2L);
        }
    }
}
