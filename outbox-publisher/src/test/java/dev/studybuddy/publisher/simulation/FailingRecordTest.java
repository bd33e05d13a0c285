package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Runs the real loop while one record always fails by an error that concerns its partition. */
class FailingRecordTest {

    private static final Aggregate FAILING = SimulatedSystem.aggregate("failing");
    /** A publisher is unfit if its last success is more than 10 s old. */
    private static final Duration UNFIT_AFTER = Duration.ofSeconds(12);

    /** A publisher checks its topics every 2 s. */
    private static final Duration FIT_AFTER = Duration.ofSeconds(3);

    private final SimulatedSystem system = new SimulatedSystem();
    private final List<Aggregate> others = IntStream.range(0, 200)
            .mapToObj(n -> SimulatedSystem.aggregate("a" + n))
            .filter(other -> SimulatedBroker.partition(other) == SimulatedBroker.partition(FAILING))
            .toList();

    @Test
    void aRecordThatAlwaysFailsDelaysOnlyItsAggregateAndCountsNoAttempt() {
        system.broker.fails = row -> row.aggregate().equals(FAILING) && row.version() == 1;
        system.write(FAILING, 1);
        system.write(FAILING, 2);
        others.forEach(other -> system.write(other, 1));
        system.run(Duration.ofSeconds(60), () -> {});
        assertThat(system.pending()).as("another event was the probe").containsExactly(FAILING, FAILING);

        for (int version = 2; version <= 6; version++) {
            for (Aggregate other : others) {
                system.write(other, version);
            }
            system.run(
                    Duration.ofSeconds(5),
                    () -> assertThat(system.instance.blockedPartitions())
                            .as("the partition accepts all other records")
                            .isEmpty());
            assertThat(system.pending()).containsExactly(FAILING, FAILING);
        }
        assertThat(system.database.rows().filter(row -> row.aggregate.equals(FAILING)))
                .allMatch(row -> row.retryCount == 0);

        system.broker.fails = row -> false;
        system.run(Duration.ofSeconds(10), () -> {});
        assertThat(system.pending()).isEmpty();
        assertThat(system.broker.topic.stream().filter(row -> row.aggregate().equals(FAILING)))
                .extracting(OutboxRow::version)
                .containsExactly(1L, 2L);
    }

    @Test
    void aRecordThatFailsWithItsBatchDelaysOnlyItsAggregateUnderLoad() {
        AtomicInteger sends = new AtomicInteger();
        system.broker.failsWholeBatches = true;
        system.broker.fails = row -> row.aggregate().equals(FAILING) && sends.incrementAndGet() > 0;
        system.write(FAILING, 1);
        system.write(FAILING, 2);
        AtomicInteger written = new AtomicInteger();
        Runnable stream = () -> {
            int number = written.getAndIncrement();
            system.write(others.get(number % others.size()), 1 + number / others.size());
        };
        system.run(Duration.ofSeconds(60), stream);
        int sendsBefore = sends.get();

        system.run(Duration.ofSeconds(60), () -> {
            stream.run();
            assertThat(system.instance.blockedPartitions())
                    .as("the partition accepts all other records")
                    .isEmpty();
        });

        assertThat(sends.get() - sendsBefore)
                .as("sends of the failing record, one in each hold of 2 s")
                .isBetween(10, 35);
        system.run(Duration.ofSeconds(5), () -> {});
        assertThat(system.pending()).containsExactly(FAILING, FAILING);
    }

    @Test
    void aBlockedPartitionIsNoOutageWhileTheBrokersAnswer() {
        others.forEach(other -> system.write(other, 1));
        system.broker.fails = row -> true;
        system.run(Duration.ofSeconds(10), () -> {});
        Health health = system.instance.health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .extractingByKey("blockedPartitions", MAP)
                .hasSize(1);

        system.broker.unavailable = true;
        system.run(UNFIT_AFTER, () -> {});
        assertThat(system.instance.health().getStatus()).isEqualTo(Status.DOWN);

        system.broker.unavailable = false;
        system.run(FIT_AFTER, () -> {});
        assertThat(system.instance.health().getStatus()).isEqualTo(Status.UP);
        assertThat(system.pending()).hasSameSizeAs(others);
    }

    @Test
    void anOutageIsReportedWithoutWaitingEventsAndEndsTheReadiness() {
        system.run(FIT_AFTER, () -> {});
        system.broker.unavailable = true;
        system.run(Duration.ofSeconds(5), () -> {});
        Health during = system.instance.health();
        assertThat(during.getStatus()).isEqualTo(Status.UP);
        assertThat(during.getDetails())
                .extractingByKey("broker", STRING)
                .contains("did not answer the last check of the topics");

        system.run(UNFIT_AFTER, () -> {});
        assertThat(system.instance.health().getStatus()).isEqualTo(Status.DOWN);

        system.broker.unavailable = false;
        system.run(FIT_AFTER, () -> {});
        Health after = system.instance.health();
        assertThat(after.getStatus()).isEqualTo(Status.UP);
        assertThat(after.getDetails()).containsEntry("broker", "the brokers answer");
    }

    @Test
    void anOutageIsReportedBeforeItsSendsFail() {
        system.run(FIT_AFTER, () -> {});
        system.broker.clientThreadEnded = true;
        system.write(FAILING, 1);
        system.run(Duration.ofSeconds(4), () -> {});
        assertThat(system.instance.brokerFailure())
                .as("the brokers answer checks")
                .isNull();

        system.broker.unavailable = true;
        system.run(Duration.ofMillis(100), () -> {});
        assertThat(system.instance.brokerFailure()).contains("not answered a send");
    }

    @Test
    void anOutageOfThePartitionEndsForAllItsEvents() {
        others.forEach(other -> system.write(other, 1));
        system.broker.fails = row -> others.contains(row.aggregate());
        system.run(Duration.ofMinutes(5), () -> {});
        assertThat(system.pending()).hasSameSizeAs(others);

        system.broker.fails = row -> false;
        system.run(Duration.ofSeconds(10), () -> {});

        assertThat(system.pending()).isEmpty();
    }
}
