package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Runs the real loop while one partition fails several times with many rows in flight. */
class RepeatedOutageTest {

    private static final int COUNT = 300;
    private static final Duration ROUND = Duration.ofMillis(20);
    private static final int MAX_ROUNDS = 500;
    private static final PublishSettings.Memory MEMORY =
            new PublishSettings.Memory(1_000, DataSize.ofMegabytes(10), 100, 10, 1_000, 1_000, 10_000_000, 1_000);

    private final SimulatedSystem system = new SimulatedSystem(MEMORY);
    private final List<Aggregate> aggregates = Stream.iterate(0, n -> n + 1)
            .map(n -> SimulatedSystem.aggregate("a" + n))
            .filter(aggregate -> SimulatedBroker.partition(aggregate) == 0)
            .limit(COUNT)
            .toList();

    @BeforeEach
    void write() {
        aggregates.forEach(aggregate -> system.write(aggregate, 1));
    }

    @Test
    void eventsThatFailedTwiceAreSentTogetherAfterTheOutage() {
        failAllInFlight();
        acknowledgeProbe();
        failAllInFlight();

        assertThat(countReadsUntilAllAreSent(Duration.ofSeconds(5))).isLessThan(4 * COUNT);
    }

    /** Sends all pending rows without an answer until the deadline of each send is over, so that each fails once. */
    private void failAllInFlight() {
        system.broker.clientThreadEnded = true;
        system.run(Duration.ofNanos(2 * SimulatedBroker.DELIVERY_TIMEOUT_NANOS), () -> {});
        assertThat(system.pending()).hasSize(system.broker.countRequests());
        system.broker.clientThreadEnded = false;
        system.broker.fails = row -> true;
        system.run(ROUND, () -> {});
        assertThat(system.broker.isIdle()).isTrue();
    }

    /** Permits the acknowledgement of one probe, so that the publisher sends all other rows again. */
    private void acknowledgeProbe() {
        AtomicInteger answers = new AtomicInteger();
        system.broker.fails = row -> answers.incrementAndGet() > 1;
        for (int n = 0; n < MAX_ROUNDS && answers.get() == 0; n++) {
            system.run(ROUND, () -> {});
        }
        assertThat(answers).as("the answer to the probe").hasValue(1);
    }

    /** Ends the outage, and returns the number of rows that are read by key until all rows are sent. */
    private long countReadsUntilAllAreSent(Duration limit) {
        system.broker.fails = row -> false;
        long before = system.database.rowsReadByKey;
        system.run(limit, () -> {});
        assertThat(system.pending()).isEmpty();
        return system.database.rowsReadByKey - before;
    }
}
