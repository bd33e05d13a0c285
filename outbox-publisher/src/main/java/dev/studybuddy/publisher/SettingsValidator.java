package dev.studybuddy.publisher;

import dev.studybuddy.publisher.kafka.TopicSettings;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** Checks the relations between settings that the protocol needs. The program does not start if one is violated. */
final class SettingsValidator {

    /** The shards of a killed instance must be published again within this time. */
    private static final Duration FAILOVER_BOUND = Duration.ofSeconds(15);
    /** The check assumes that the successor reads an expired lease as expired up to this much later. */
    private static final Duration SUCCESSOR_CLOCK_ALLOWANCE = Duration.ofMillis(500);

    /** A smaller page would have few rows, and no event of the usual size would fit in it. */
    private static final DataSize MIN_PAGE_BYTES = DataSize.ofKilobytes(64);

    private SettingsValidator() {}

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a rule is violated; the message names the property, the value and the rule
     */
    static void check(PublisherProperties properties) {
        PublisherProperties.Kafka kafka = properties.kafka();
        PublisherProperties.Lease lease = properties.lease();
        requireAtMost(
                "publisher.kafka.linger + publisher.kafka.request-timeout",
                kafka.linger().plus(kafka.requestTimeout()),
                "publisher.kafka.delivery-timeout",
                kafka.deliveryTimeout());
        requireAtMost(
                "guard (publisher.kafka.max-block + publisher.kafka.delivery-timeout + publisher.lease.clock-offset"
                        + " + publisher.lease.margin) + publisher.lease.heartbeat + publisher.statement-timeout",
                properties.guard().plus(lease.heartbeat()).plus(properties.statementTimeout()),
                "publisher.lease.ttl",
                lease.ttl());
        requireAtMost(
                "publisher.lease.ttl + 0.5 s + publisher.lease.heartbeat + publisher.statement-timeout",
                lease.ttl()
                        .plus(SUCCESSOR_CLOCK_ALLOWANCE)
                        .plus(lease.heartbeat())
                        .plus(properties.statementTimeout()),
                "the time within which the shards of a killed instance are published again",
                FAILOVER_BOUND);
        requireAtMost(
                "publisher.lease.heartbeat", lease.heartbeat(), "publisher.lease.live-within", lease.liveWithin());
        // The fair share counts a killed instance while its heartbeat is this old, so its shards would wait.
        requireAtMost("publisher.lease.live-within", lease.liveWithin(), "publisher.lease.ttl", lease.ttl());
        checkLowerBounds(properties);
        requireAtMost(
                "publisher.polling.interval",
                properties.polling().interval(),
                "publisher.polling.idle-interval",
                properties.polling().idleInterval());
        requireAtMost(
                "publisher.polling.sweep-timeout",
                properties.polling().sweepTimeout(),
                "publisher.statement-timeout",
                properties.statementTimeout());
        if (properties.polling().sweepTimeout().toSeconds() < 1
                || properties.polling().sweepTimeout().toMillisPart() != 0) {
            throw new IllegalArgumentException("publisher.polling.sweep-timeout = "
                    + properties.polling().sweepTimeout().toMillis()
                    + " ms must be a whole number of seconds, at least 1");
        }
        if (properties.acknowledged().lockTimeout().toMillis() < 1) {
            throw new IllegalArgumentException("publisher.acknowledged.lock-timeout = "
                    + properties.acknowledged().lockTimeout().toMillis() + " ms must be at least 1 ms");
        }
        requireAtMost(
                "publisher.acknowledged.lock-timeout",
                properties.acknowledged().lockTimeout(),
                "publisher.statement-timeout",
                properties.statementTimeout());
        if (properties.memory().followers() >= properties.memory().rows()) {
            throw new IllegalArgumentException("publisher.memory.followers = "
                    + properties.memory().followers() + " must be less than publisher.memory.rows = "
                    + properties.memory().rows());
        }
        checkTopics(properties.topics());
        DataSize pageBytes = properties.polling().pageBytes();
        if (pageBytes.compareTo(MIN_PAGE_BYTES) < 0
                || pageBytes.compareTo(properties.memory().bytes()) > 0) {
            throw new IllegalArgumentException("publisher.polling.page-bytes = " + pageBytes + " must be at least "
                    + MIN_PAGE_BYTES + " and at most publisher.memory.bytes = "
                    + properties.memory().bytes());
        }
        if (!properties.lease().margin().isPositive()
                || properties.lease().clockOffset().isNegative()) {
            throw new IllegalArgumentException("publisher.lease.margin = "
                    + properties.lease().margin().toMillis()
                    + " ms must be more than 0 ms, and publisher.lease.clock-offset = "
                    + properties.lease().clockOffset().toMillis() + " ms must be at least 0 ms");
        }
    }

    private static void checkTopics(TopicSettings topics) {
        if (topics.replicationFactor() == 0) {
            throw new IllegalArgumentException(
                    "publisher.topics.replication-factor = 0 must be at least 1, or -1 for the broker's default");
        }
        if (topics.replicationFactor() > 0 && topics.minInsyncReplicas() > topics.replicationFactor()) {
            throw new IllegalArgumentException("publisher.topics.min-insync-replicas = " + topics.minInsyncReplicas()
                    + " must be at most publisher.topics.replication-factor = " + topics.replicationFactor());
        }
        for (String type : topics.types()) {
            topics.nameDefect(type).ifPresent(defect -> {
                throw new IllegalArgumentException("publisher.topics.types contains \"" + type
                        + "\", but with publisher.topics.template = " + topics.template() + " " + defect);
            });
        }
    }

    /** Checks the times after which a loop runs again. A loop without a wait would use a whole processor. */
    private static void checkLowerBounds(PublisherProperties properties) {
        PublishSettings.Polling polling = properties.polling();
        Map<String, Duration> times = new LinkedHashMap<>();
        times.put("publisher.lease.heartbeat", properties.lease().heartbeat());
        times.put("publisher.pending-age-interval", properties.pendingAgeInterval());
        times.put("publisher.polling.interval", polling.interval());
        times.put("publisher.polling.spacing", polling.spacing());
        times.put("publisher.polling.mark-spacing", polling.markSpacing());
        times.put("publisher.polling.sweep-interval", polling.sweepInterval());
        times.put("publisher.polling.deep-sweep-interval", polling.deepSweepInterval());
        times.put("publisher.retention.page-wait", properties.retention().pageWait());
        times.put("publisher.retention.rest", properties.retention().rest());
        times.forEach((name, time) -> {
            if (time.toMillis() < 1) {
                throw new IllegalArgumentException(name + " = " + time + " must be at least 1 ms");
            }
        });
    }

    private static void requireAtMost(String name, Duration value, String boundName, Duration bound) {
        if (value.compareTo(bound) > 0) {
            throw new IllegalArgumentException(name + " = " + value.toMillis() + " ms must be at most " + boundName
                    + " = " + bound.toMillis() + " ms");
        }
    }
}
