package dev.studybuddy.publisher.metrics;

import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports the publisher as up while it renews its leases and is fit. Readiness includes this report. If a check of the
 * topics fails, the status does not change until the publisher is unfit. The report also lists paused types, blocked
 * topics and partitions, weak topics, and the shards whose lease rows other sessions of the database have locked. It
 * states the number of rows whose mark the database does not accept. These details do not change the status, because
 * other events are unaffected.
 */
public final class PublisherHealth implements HealthIndicator {

    private final String instance;
    private final ShardLeases leases;
    private final PublishLoop publishLoop;
    private final Supplier<Map<String, String>> weakTopics;
    private final Supplier<Fitness> fitness;
    private final Duration ttl;

    /**
     * @param weakTopics returns the weaknesses of each topic that is accepted although it is weaker than the settings
     * @param ttl the lease TTL; a last renewal that is older means that the database is unavailable
     */
    public PublisherHealth(
            String instance,
            ShardLeases leases,
            PublishLoop publishLoop,
            Supplier<Map<String, String>> weakTopics,
            Supplier<Fitness> fitness,
            Duration ttl) {
        this.instance = instance;
        this.leases = leases;
        this.publishLoop = publishLoop;
        this.weakTopics = weakTopics;
        this.fitness = fitness;
        this.ttl = ttl;
    }

    @Override
    public Health health() {
        PublishLoop.State state = publishLoop.state();
        boolean databaseUp = leases.databaseNow() != null && leases.sinceRenewalNanos() < ttl.toNanos();
        boolean brokerUp = state.brokersReachable() && state.brokerFailure() == null;
        Fitness current = fitness.get();
        Health.Builder health = databaseUp && current.isFit() ? Health.up() : Health.down();
        health.withDetail("instance", instance)
                .withDetail("shards", leases.owned().size())
                .withDetail(
                        "database",
                        databaseUp ? "leases are renewed" : "no lease renewal succeeded within the lease TTL")
                .withDetail("broker", brokerUp ? "the brokers answer" : describeOutage(state.brokerFailure()))
                .withDetail("fitness", describe(current))
                .withDetail("rowsInMemory", state.rows())
                .withDetail("deferredAggregates", state.deferred());
        if (!state.pausedTypes().isEmpty()) {
            health.withDetail("pausedTypes", state.pausedTypes());
        }
        if (!state.blockedTypes().isEmpty()) {
            health.withDetail("blockedTopics", state.blockedTypes());
        }
        if (!state.blockedPartitions().isEmpty()) {
            health.withDetail("blockedPartitions", state.blockedPartitions());
        }
        Map<String, String> weak = weakTopics.get();
        if (!weak.isEmpty()) {
            health.withDetail("weakTopics", weak);
        }
        Set<Integer> locked = leases.lockedShards();
        if (!locked.isEmpty()) {
            health.withDetail("lockedLeaseRows", locked);
        }
        if (state.unmarkedRows().count() > 0) {
            health.withDetail("unmarkedRows", state.unmarkedRows());
        }
        return health.build();
    }

    private static String describeOutage(@Nullable String failure) {
        return failure == null
                ? "the brokers did not answer the last check of the topics, or no check has ended yet"
                : failure;
    }

    private static String describe(Fitness fitness) {
        Duration sinceSuccess = fitness.sinceSuccess();
        if (sinceSuccess == null) {
            return "Kafka has not answered for every topic since the start, or no publishing round has completed";
        }
        return fitness.isFit()
                ? "Kafka answers for every topic, and publishing rounds complete"
                : "Kafka has not answered for every topic, or no publishing round has completed, for "
                        + sinceSuccess.toSeconds() + " s";
    }
}
