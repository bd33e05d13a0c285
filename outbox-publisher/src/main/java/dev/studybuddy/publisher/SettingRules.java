package dev.studybuddy.publisher;

import java.time.Duration;

/** The relations between settings that the protocol rests on; start refuses others. */
final class SettingRules {

    private static final Duration FAILOVER = Duration.ofSeconds(15);
    private static final Duration SUCCESSOR_CLOCK = Duration.ofMillis(500);

    private SettingRules() {}

    /** Throws {@link IllegalArgumentException} that names property, value and rule. */
    static void check(PublisherProperties properties) {
        PublisherProperties.Kafka kafka = properties.kafka();
        PublisherProperties.Lease lease = properties.lease();
        atMost(
                "publisher.kafka.linger + publisher.kafka.request-timeout",
                kafka.linger().plus(kafka.requestTimeout()),
                "publisher.kafka.delivery-timeout",
                kafka.deliveryTimeout());
        atMost(
                "guard (publisher.kafka.max-block + publisher.kafka.delivery-timeout + publisher.lease.clock-offset"
                        + " + publisher.lease.margin) + publisher.lease.heartbeat + publisher.statement-timeout",
                properties.guard().plus(lease.heartbeat()).plus(properties.statementTimeout()),
                "publisher.lease.ttl",
                lease.ttl());
        atMost(
                "publisher.lease.ttl + 0.5 s + publisher.lease.heartbeat + publisher.statement-timeout",
                lease.ttl().plus(SUCCESSOR_CLOCK).plus(lease.heartbeat()).plus(properties.statementTimeout()),
                "a killed instance's shards flow again within",
                FAILOVER);
        atMost("publisher.lease.heartbeat", lease.heartbeat(), "publisher.lease.live-within", lease.liveWithin());
        atMost(
                "publisher.polling.interval",
                properties.polling().interval(),
                "publisher.polling.idle-interval",
                properties.polling().idleInterval());
        atMost(
                "publisher.polling.sweep-timeout",
                properties.polling().sweepTimeout(),
                "publisher.statement-timeout",
                properties.statementTimeout());
        if (properties.polling().sweepTimeout().toSeconds() < 1
                || properties.polling().sweepTimeout().toMillisPart() != 0) {
            throw new IllegalArgumentException("publisher.polling.sweep-timeout = "
                    + properties.polling().sweepTimeout().toMillis() + " ms must be whole seconds, at least 1");
        }
        if (properties.memory().followers() >= properties.memory().rows()) {
            throw new IllegalArgumentException("publisher.memory.followers = "
                    + properties.memory().followers() + " must be less than publisher.memory.rows = "
                    + properties.memory().rows());
        }
        if (!properties.lease().margin().isPositive()
                || properties.lease().clockOffset().isNegative()) {
            throw new IllegalArgumentException("publisher.lease.margin = "
                    + properties.lease().margin() + " must be more than 0, publisher.lease.clock-offset = "
                    + properties.lease().clockOffset() + " not less than 0");
        }
    }

    private static void atMost(String what, Duration value, String boundName, Duration bound) {
        if (value.compareTo(bound) > 0) {
            throw new IllegalArgumentException("%s = %d ms must be at most %s = %d ms"
                    .formatted(what, value.toMillis(), boundName, bound.toMillis()));
        }
    }
}
