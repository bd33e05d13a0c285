package dev.studybuddy.publisher;

import dev.studybuddy.publisher.kafka.TopicSettings;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Checks the relations between settings that the protocol needs. The program does not start if one is violated. */
final class SettingsValidator {

    /** The shards of a killed instance must be published again within this time. */
    private static final Duration FAILOVER_BOUND = Duration.ofSeconds(15);

    /** An event of the usual size might not fit in a smaller page. */
    private static final DataSize MIN_PAGE_BYTES = DataSize.ofKilobytes(64);

    /**
     * If the retention kept rows for a much longer time, the cutoff of its deletes would be outside the range of the
     * database's timestamps. The retention of dead-letter topics has the same limit.
     */
    private static final Duration MAX_KEEP = Duration.ofDays(36_500);
    /** The thread that writes marks keeps one connection, and the other threads share the others. */
    private static final int MIN_CONNECTIONS = 2;

    /** Every template that gives a topic name for some type also gives one for this type. */
    private static final String SAMPLE_TYPE = "a";

    private SettingsValidator() {}

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a rule is violated; the message names the property, the value and the rule
     */
    static void check(PublisherProperties properties) {
        checkLease(properties);
        checkKafka(properties.kafka());
        checkPolling(properties);
        checkMemory(properties);
        checkAttempts(properties.attempts());
        checkTopics(properties.topics());
    }

    /**
     * Checks that the rows in flight fit in the buffer of a producer. If the buffer had no room for a record, the send
     * would block the publishing thread and delay the whole publishing round.
     *
     * @throws IllegalArgumentException if they do not fit; the message names the property, the value and the rule
     */
    static void checkInFlightBytes(PublishSettings.Memory memory, long bufferBytes) {
        if (memory.inFlightBytes() > bufferBytes / 2) {
            throw new IllegalArgumentException("publisher.memory.in-flight-bytes = " + memory.inFlightBytes()
                    + " must be at most half of spring.kafka.producer.buffer-memory = " + bufferBytes + "B");
        }
    }

    /**
     * Checks the number of connections to the database.
     *
     * @throws IllegalArgumentException if there are too few; the message names the property, the value and the rule
     */
    static void checkConnections(int connections) {
        if (connections < MIN_CONNECTIONS) {
            throw new IllegalArgumentException("spring.datasource.hikari.maximum-pool-size = " + connections
                    + " must be at least " + MIN_CONNECTIONS + ", because the thread that writes marks keeps one");
        }
    }

    private static void checkLease(PublisherProperties properties) {
        PublisherProperties.Lease lease = properties.lease();
        requirePositive("publisher.lease.heartbeat", lease.heartbeat());
        requireAtMost(
                "guard (publisher.kafka.max-block + publisher.kafka.delivery-timeout + publisher.lease.clock-offset"
                        + " + publisher.lease.margin) + publisher.lease.heartbeat + publisher.statement-timeout",
                properties.guard().plus(lease.heartbeat()).plus(properties.statementTimeout()),
                "publisher.lease.ttl",
                lease.ttl());
        // If the clock of the database node that a successor uses is behind, the node treats a lease as expired later.
        requireAtMost(
                "publisher.lease.ttl + publisher.lease.clock-offset + publisher.lease.heartbeat"
                        + " + publisher.statement-timeout",
                lease.ttl().plus(lease.clockOffset()).plus(lease.heartbeat()).plus(properties.statementTimeout()),
                "the time within which the shards of a killed instance are published again",
                FAILOVER_BOUND);
        requireAtMost(
                "publisher.lease.heartbeat", lease.heartbeat(), "publisher.lease.live-within", lease.liveWithin());
        // Otherwise the fair share would count a killed instance even after its leases expired, and some of its shards
        // would have no owner for that time.
        requireAtMost("publisher.lease.live-within", lease.liveWithin(), "publisher.lease.ttl", lease.ttl());
        if (!lease.margin().isPositive() || lease.clockOffset().isNegative()) {
            throw new IllegalArgumentException("publisher.lease.margin = "
                    + millis(lease.margin())
                    + " must be more than 0 ms, and publisher.lease.clock-offset = "
                    + millis(lease.clockOffset()) + " must be at least 0 ms");
        }
    }

    private static void checkKafka(PublisherProperties.Kafka kafka) {
        requirePositive("publisher.kafka.max-backoff", kafka.maxBackoff());
        requireNotNegative("publisher.kafka.max-block", kafka.maxBlock());
        requireNotNegative("publisher.kafka.linger", kafka.linger());
        requirePositive("publisher.kafka.request-timeout", kafka.requestTimeout());
        requirePositive("publisher.kafka.delivery-timeout", kafka.deliveryTimeout());
        requireAtMost(
                "publisher.kafka.linger + publisher.kafka.request-timeout",
                kafka.linger().plus(kafka.requestTimeout()),
                "publisher.kafka.delivery-timeout",
                kafka.deliveryTimeout());
    }

    /** Checks the times of the loops that read and write. A loop without a wait would use a whole processor. */
    private static void checkPolling(PublisherProperties properties) {
        PublishSettings.Polling polling = properties.polling();
        requirePositive("publisher.pending-age-interval", properties.pendingAgeInterval());
        requirePositive("publisher.polling.interval", polling.interval());
        requirePositive("publisher.polling.spacing", polling.spacing());
        requirePositive("publisher.polling.mark-spacing", polling.markSpacing());
        requirePositive("publisher.polling.sweep-interval", polling.sweepInterval());
        requirePositive("publisher.polling.deep-sweep-interval", polling.deepSweepInterval());
        requirePositive("publisher.polling.max-transaction", polling.maxTransaction());
        requirePositive("publisher.retention.keep", properties.retention().keep());
        requireAtMost("publisher.retention.keep", properties.retention().keep(), "36 500 days", MAX_KEEP);
        requirePositive("publisher.retention.page-wait", properties.retention().pageWait());
        requirePositive("publisher.retention.rest", properties.retention().rest());
        requirePositive(
                "publisher.acknowledged.lock-timeout", properties.acknowledged().lockTimeout());
        requireNotNegative("publisher.polling.slack", polling.slack());
        requireAtMost("publisher.polling.spacing", polling.spacing(), "publisher.polling.interval", polling.interval());
        requireAtMost(
                "publisher.polling.interval",
                polling.interval(),
                "publisher.polling.idle-interval",
                polling.idleInterval());
        requireAtMost(
                "publisher.polling.sweep-timeout",
                polling.sweepTimeout(),
                "publisher.statement-timeout",
                properties.statementTimeout());
        if (polling.sweepTimeout().toSeconds() < 1 || polling.sweepTimeout().toMillisPart() != 0) {
            throw new IllegalArgumentException("publisher.polling.sweep-timeout = " + millis(polling.sweepTimeout())
                    + " must be a whole number of seconds, at least 1");
        }
        requireAtMost(
                "publisher.acknowledged.lock-timeout",
                properties.acknowledged().lockTimeout(),
                "publisher.statement-timeout",
                properties.statementTimeout());
    }

    private static void checkMemory(PublisherProperties properties) {
        PublishSettings.Memory memory = properties.memory();
        if (memory.followers() >= memory.rows()) {
            throw new IllegalArgumentException("publisher.memory.followers = " + memory.followers()
                    + " must be less than publisher.memory.rows = " + memory.rows());
        }
        DataSize pageBytes = properties.polling().pageBytes();
        if (pageBytes.compareTo(MIN_PAGE_BYTES) < 0 || pageBytes.compareTo(memory.bytes()) > 0) {
            throw new IllegalArgumentException("publisher.polling.page-bytes = " + pageBytes + " must be at least "
                    + MIN_PAGE_BYTES + " and at most publisher.memory.bytes = " + memory.bytes());
        }
    }

    private static void checkAttempts(PublishSettings.Attempts attempts) {
        requirePositive("publisher.attempts.first", attempts.first());
        requireAtMost("publisher.attempts.first", attempts.first(), "publisher.attempts.longest", attempts.longest());
        requireAtMost(
                "publisher.attempts.longest",
                attempts.longest(),
                "the longest time for which a row can wait",
                OutboxRow.MAX_DELAY);
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
        requirePositive("publisher.topics.dead-letter-retention", topics.deadLetterRetention());
        requireAtMost("publisher.topics.dead-letter-retention", topics.deadLetterRetention(), "36 500 days", MAX_KEEP);
        if (topics.nameDefect(SAMPLE_TYPE).isPresent()) {
            throw new IllegalArgumentException("publisher.topics.template = " + topics.template()
                    + " gives no topic name for any aggregate type; Kafka permits at most 249 characters with .dlt, and"
                    + " only letters, digits, dots, underscores and hyphens");
        }
        for (String type : topics.types()) {
            topics.nameDefect(type).ifPresent(defect -> {
                throw new IllegalArgumentException("publisher.topics.types contains \"" + type
                        + "\", but with publisher.topics.template = " + topics.template() + " " + defect);
            });
        }
    }

    private static void requirePositive(String name, Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(name + " = " + millis(time) + " must be at least 1 ms");
        }
    }

    private static void requireNotNegative(String name, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(name + " = " + millis(time) + " must be at least 0 ms");
        }
    }

    private static void requireAtMost(String name, Duration value, String boundName, Duration bound) {
        if (value.compareTo(bound) > 0) {
            throw new IllegalArgumentException(
                    name + " = " + millis(value) + " must be at most " + boundName + " = " + millis(bound));
        }
    }

    /** Returns a time in milliseconds, or in the format of ISO 8601 if its milliseconds exceed the range of a long. */
    private static String millis(Duration time) {
        boolean inRange = time.compareTo(Duration.ofMillis(Long.MIN_VALUE)) >= 0
                && time.compareTo(Duration.ofMillis(Long.MAX_VALUE)) <= 0;
        return inRange ? time.toMillis() + " ms" : time.toString();
    }
}
