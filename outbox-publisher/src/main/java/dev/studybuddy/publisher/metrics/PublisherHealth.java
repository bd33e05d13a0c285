package dev.studybuddy.publisher.metrics;

import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Well while leases are renewed and the broker takes records; blocked topics are told and hurt only themselves. */
public final class PublisherHealth implements HealthIndicator {

    private final String instance;
    private final ShardLeases leases;
    private final PublishLoop publishing;
    private final Duration ttl;

    /**
     * @param ttl at which a renewal that did not come back means that the database is away
     */
    public PublisherHealth(String instance, ShardLeases leases, PublishLoop publishing, Duration ttl) {
        this.instance = instance;
        this.leases = leases;
        this.publishing = publishing;
        this.ttl = ttl;
    }

    @Override
    public Health health() {
        PublishLoop.State state = publishing.state();
        boolean database = leases.databaseNow() != null && leases.sinceRenewalNanos() < ttl.toNanos();
        boolean broker = state.brokerAway() == null;
        Health.Builder health = database && broker ? Health.up() : Health.down();
        health.withDetail("instance", instance)
                .withDetail("shards", leases.owned().size())
                .withDetail("database", database ? "renewing leases" : "no renewal came back")
                .withDetail("broker", broker ? "taking records" : String.valueOf(state.brokerAway()))
                .withDetail("rowsInMemory", state.rows())
                .withDetail("rememberedAggregates", state.remembered());
        if (!state.blockedTypes().isEmpty()) {
            health.withDetail("blockedTopics", state.blockedTypes());
        }
        return health.build();
    }
}
