package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs the real loop while the broker refuses one event and its dead-letter topic accepts no records. */
class UnavailableDeadLettersTest {

    private static final Aggregate REFUSED = SimulatedSystem.aggregate("refused");

    private final SimulatedSystem system = new SimulatedSystem();

    @Test
    void anUnavailableDeadLetterTopicDelaysOnlyTheAggregateOfTheRefusedEvent() {
        system.broker.refuses = row -> row.aggregate().equals(REFUSED) && row.version() == 1;
        system.broker.deadLettersUnavailable = true;
        system.write(REFUSED, 1);
        system.write(REFUSED, 2);
        run(Duration.ofSeconds(30));
        assertThat(system.pending()).containsExactly(REFUSED, REFUSED);

        List<Aggregate> others = IntStream.range(0, 200)
                .mapToObj(n -> SimulatedSystem.aggregate("a" + n))
                .filter(other -> SimulatedBroker.partition(other) == SimulatedBroker.partition(REFUSED))
                .toList();
        for (int version = 1; version <= 5; version++) {
            for (Aggregate other : others) {
                system.write(other, version);
            }
            run(Duration.ofSeconds(5));
            assertThat(system.pending())
                    .as("events of the same partition are sent")
                    .containsExactly(REFUSED, REFUSED);
        }

        system.broker.deadLettersUnavailable = false;
        run(Duration.ofSeconds(10));
        assertThat(system.pending()).isEmpty();
        assertThat(system.database.rows().filter(row -> row.deadLettered))
                .singleElement()
                .satisfies(row -> assertThat(row.version).isEqualTo(1));
        assertThat(system.broker.topic.stream().filter(row -> row.aggregate().equals(REFUSED)))
                .singleElement()
                .satisfies(row -> assertThat(row.version()).isEqualTo(2));
    }

    @Test
    void aDeadLetterTopicThatFailsAtOnceCausesFewSends() {
        AtomicInteger sends = new AtomicInteger();
        system.broker.refuses = row -> row.aggregate().equals(REFUSED) && sends.incrementAndGet() > 0;
        system.broker.deadLettersFail = true;
        system.write(REFUSED, 1);

        run(Duration.ofSeconds(30));

        assertThat(system.pending()).containsExactly(REFUSED);
        assertThat(sends.get())
                .as("sends of the refused event, one in each 800 ms")
                .isBetween(20, 45);

        system.broker.deadLettersFail = false;
        run(Duration.ofSeconds(10));
        assertThat(system.pending()).isEmpty();
    }

    private void run(Duration duration) {
        system.run(
                duration,
                () -> assertThat(system.instance.blockedPartitions())
                        .as("the partition of the refused event accepts records")
                        .isEmpty());
    }
}
