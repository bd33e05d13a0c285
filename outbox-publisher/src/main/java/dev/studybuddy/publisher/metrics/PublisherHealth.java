package dev.studybuddy.publisher.metrics;

import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports the publisher as up while it renews its leases and the broker takes records. It lists blocked topics, which
 * do not change the status because other topics are unaffected.
 */
public final class PublisherHealth implements HealthIndicator {

    private final String instance;
    private final ShardLeases leases;
    private final PublishLoop publishLoop;
    private final Duration ttl;

    /**
     * @param ttl the lease TTL; a last renewal that is older means that the database is unavailable
     */
    public PublisherHealth(String instance, ShardLeases leases, PublishLoop publishLoop, Duration ttl) {
        this.instance = instance;
        this.leases = leases;
        this.publishLoop = publishLoop;
        this.ttl = ttl;
    }

    @Override
    public Health health() {
        PublishLoop.State state = publishLoop.state();
        boolean databaseUp = leases.databaseNow() != null && leases.sinceRenewalNanos() < ttl.toNanos();
        boolean brokerUp = state.brokerFailure() == null;
        Health.Builder health = databaseUp && brokerUp ? Health.up() : Health.down();
        health.withDetail("instance", instance)
                .withDetail("shards", leases.owned().size())
                .withDetail(
                        "database",
                        databaseUp ? "leases are renewed" : "no lease renewal succeeded within the lease TTL")
                .withDetail("broker", brokerUp ? "records are taken" : String.valueOf(state.brokerFailure()))
                .withDetail("rowsInMemory", state.rows())
                .withDetail("rememberedAggregates", state.deferred());
        if (!state.blockedTypes().isEmpty()) {
            health.withDetail("blockedTopics", state.blockedTypes());
        }
        if (!state.blockedPartitions().isEmpty()) {
            health.withDetail("blockedPartitions", state.blockedPartitions());
        }
        return health.build();
    }
}
