package dev.studybuddy.publisher.metrics;

import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.LeaseListener;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.PublishListener;
import dev.studybuddy.publisher.publish.PublishLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** Registers the metrics of the publisher, and counts what the publishing loop and the lease keeper report. */
public final class PublisherMetrics implements PublishListener, LeaseListener {

    private static final double MILLIS_PER_SECOND = 1000;

    private final MeterRegistry registry;
    private final Counter published;
    private final Counter repeats;
    private final Counter refused;
    private final Counter deadLetters;
    private final Counter takenShards;
    private final Counter lostShards;
    private final Counter endedSessions;
    private final Counter holdOverflows;
    private final Timer latency;
    private final DistributionSummary batch;

    public PublisherMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.published = Counter.builder("outbox.published.events")
                .description("This counter counts the events that the broker acknowledged.")
                .register(registry);
        this.repeats = Counter.builder("outbox.repeats")
                .description("This counter counts the events that the broker acknowledged more than once.")
                .register(registry);
        this.refused = Counter.builder("outbox.refused.attempts")
                .description("This counter counts the attempts that failed because of the record itself: Kafka or its"
                        + " client refused it, or the publisher rejected it.")
                .register(registry);
        this.deadLetters = Counter.builder("outbox.dead.lettered.events")
                .description("This counter counts the events that were dead-lettered.")
                .register(registry);
        this.takenShards = Counter.builder("outbox.leases.taken")
                .description("This counter counts the shards that this instance took or received by a hand-over.")
                .register(registry);
        this.lostShards = Counter.builder("outbox.leases.lost")
                .description("This counter counts the shards that this instance lost without a hand-over.")
                .register(registry);
        this.endedSessions = Counter.builder("outbox.producer.sessions.ended")
                .description("This counter counts the producer sessions that ended because a record failed.")
                .register(registry);
        this.holdOverflows = Counter.builder("outbox.hold.overflows")
                .description("This counter counts how often the publisher began to skip rows on hold, because it could"
                        + " defer no further aggregate.")
                .register(registry);
        this.latency = Timer.builder("outbox.publish.latency")
                .description("This timer measures, by the database's clock, the time from an event's creation to its"
                        + " acknowledgement.")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60))
                .register(registry);
        this.batch = DistributionSummary.builder("outbox.batch.rows")
                .description("This summary measures the new rows that one read of pages returned.")
                .register(registry);
    }

    /** Registers the gauges of the leases, of the fitness and of the publishing loop. */
    public void registerGauges(ShardLeases leases, PublishLoop loop, Supplier<Fitness> fitness) {
        Gauge.builder("outbox.owned.shards", leases, ShardLeases::trustedCount)
                .description(
                        "This gauge counts the shards whose leases this instance trusts. All instances together have 64.")
                .register(registry);
        Gauge.builder("outbox.fit", () -> fitness.get().isFit() ? 1 : 0)
                .description("This gauge is 1 while this instance is fit, and otherwise 0.")
                .register(registry);
        Gauge.builder("outbox.memory.rows", loop, current -> current.state().rows())
                .description("This gauge counts the outbox rows in memory.")
                .register(registry);
        Gauge.builder(
                        "outbox.deferred.aggregates",
                        loop,
                        current -> current.state().deferred())
                .description("This gauge counts the aggregates that are on hold or whose rows exceed the memory.")
                .register(registry);
        Gauge.builder(
                        "outbox.unmarked.rows",
                        loop,
                        current -> current.state().unmarkedRows().count())
                .description("This gauge counts the rows whose mark or refused attempt the database does not accept.")
                .register(registry);
        Gauge.builder(
                        "outbox.broker.unavailable",
                        loop,
                        current -> current.state().brokerFailure() == null ? 0 : 1)
                .description(
                        "This gauge is 1 while a send has failed or has had no answer for 2 s, no broker has acknowledged"
                                + " an event since, and the brokers did not answer the last check of the topics within"
                                + " 1 s. Otherwise it is 0.")
                .register(registry);
        Gauge.builder(
                        "outbox.blocked.partitions",
                        loop,
                        current -> current.state().blockedPartitions().size())
                .description("This gauge counts the partitions that accept no records.")
                .register(registry);
        Gauge.builder(
                        "outbox.blocked.topics",
                        loop,
                        current -> current.state().blockedTypes().size())
                .description("This gauge counts the topics that cannot accept records.")
                .register(registry);
        Gauge.builder(
                        "outbox.paused.types",
                        loop,
                        current -> current.state().pausedTypes().size())
                .description(
                        "This gauge counts the types whose events this instance does not send, because an operator paused"
                                + " them or because it has not read the pauses yet. A pause of all types counts as"
                                + " one.")
                .register(registry);
    }

    /** Registers the gauge of the time since the pauses of operators were last read. */
    public void registerPausesAge(Supplier<Duration> age) {
        // A gauge with a state object holds it weakly, and nothing else may hold this supplier.
        Gauge.builder("outbox.pauses.age", () -> age.get().toMillis() / MILLIS_PER_SECOND)
                .baseUnit("seconds")
                .description("This gauge is the time since this instance last read the pauses of operators.")
                .register(registry);
    }

    /** Registers the gauge of the topics that are accepted although they are weaker than the settings. */
    public void registerWeakTopics(Supplier<Number> count) {
        Gauge.builder("outbox.weak.topics", count)
                .description(
                        "This gauge counts the topics that could lose events because of their replicas or settings.")
                .register(registry);
    }

    @Override
    public void countPublished(OutboxRow row, long ageNanos) {
        published.increment();
        latency.record(Duration.ofNanos(ageNanos));
    }

    @Override
    public void countRepeated(int rows) {
        repeats.increment(rows);
    }

    @Override
    public void countRefused(OutboxRow row, String reason, boolean deadLettered) {
        refused.increment();
        if (deadLettered) {
            deadLetters.increment();
        }
    }

    @Override
    public void countRead(int rows) {
        batch.record(rows);
    }

    @Override
    public void countHoldOverflow() {
        holdOverflows.increment();
    }

    @Override
    public void countEndedProducerSession() {
        endedSessions.increment();
    }

    @Override
    public void countTakenShards(int shards) {
        takenShards.increment(shards);
    }

    @Override
    public void countLostShards(int shards) {
        lostShards.increment(shards);
    }
}
