package dev.studybuddy.publisher;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.kafka.TopicSettings;
import dev.studybuddy.publisher.outbox.AcknowledgementSettings;
import dev.studybuddy.publisher.publish.PublishSettings;
import dev.studybuddy.publisher.retention.Retention;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.validation.annotation.Validated;

/**
 * Holds every setting of the publisher. The defaults are in {@code application.yaml}.
 *
 * @param source The header {@code ce_source} of every record has this value.
 * @param wakeUpAddress The publisher receives wake-ups at this local address, on a free port that it chooses. The
 *     heartbeat row publishes address and port, so writers on other hosts must be able to reach the address. It must
 *     not be a wildcard address such as {@code 0.0.0.0}.
 * @param statementTimeout The database server ends a statement of the publisher after this time. It must equal {@code
 *     statement_timeout} in the connection options. A longer time needs a longer lease.
 * @param pendingAgeInterval The publisher queries the age of the oldest pending event of each owned shard once in this
 *     interval, for a gauge. A longer interval needs fewer statements and makes the gauge older.
 * @param topics the settings of the topics
 * @param kafka the timeouts and waits of the producer
 * @param lease the settings of leases and heartbeats
 * @param polling the settings of polls, sweeps and marks
 * @param memory the bounds of the rows and aggregates in memory
 * @param attempts the settings of retries and dead letters
 * @param acknowledged the settings of the rows whose events are acknowledged
 * @param retention the settings of the deletion of processed rows
 */
@Validated
@ConfigurationProperties("publisher")
public record PublisherProperties(
        @NotBlank String source,
        @NotBlank String wakeUpAddress,
        @NotNull Duration statementTimeout,
        @NotNull Duration pendingAgeInterval,
        @Valid @NotNull @NestedConfigurationProperty TopicSettings topics,
        @Valid @NotNull Kafka kafka,
        @Valid @NotNull Lease lease,
        @Valid @NotNull @NestedConfigurationProperty PublishSettings.Polling polling,
        @Valid @NotNull @NestedConfigurationProperty PublishSettings.Memory memory,
        @Valid @NotNull @NestedConfigurationProperty PublishSettings.Attempts attempts,
        @Valid @NotNull @NestedConfigurationProperty AcknowledgementSettings acknowledged,
        @Valid @NotNull @NestedConfigurationProperty Retention.Settings retention) {

    /**
     * Holds the timeouts and waits of the producer.
     *
     * @param maxBlock A call to send a record waits at most this long for metadata or for buffer memory. A longer wait
     *     lengthens the guard of a lease.
     * @param deliveryTimeout The producer reports a send as failed after this time, and the publisher retries the
     *     event. A longer time lengthens the guard of a lease and the wait of a graceful stop.
     * @param requestTimeout The producer retries a produce request that has no answer after this time. It must be at
     *     most the delivery timeout minus the linger time.
     * @param linger The producer waits this long for a fuller producer batch. A longer wait delays each event, and
     *     gains little because each poll already yields several rows.
     * @param maxBackoff The publisher waits at most this long between two attempts while the broker or a topic accepts
     *     no records. A longer wait causes less load during an outage and delays the recovery.
     */
    public record Kafka(
            @NotNull Duration maxBlock,
            @NotNull Duration deliveryTimeout,
            @NotNull Duration requestTimeout,
            @NotNull Duration linger,
            @NotNull Duration maxBackoff) {

        private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

        /** Returns the waits while the broker or a topic accepts no records. */
        Backoff backoff() {
            return Backoff.between(FIRST_BACKOFF, maxBackoff);
        }

        /** Returns the producer's configuration: the given one, overridden by the settings that the protocol needs. */
        Map<String, Object> producer(Map<String, Object> configured, String clientId) {
            Map<String, Object> config = new HashMap<>(configured);
            config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
            config.put(ProducerConfig.ACKS_CONFIG, "all");
            config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
            config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
            config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, maxBlock.toMillis());
            config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(deliveryTimeout.toMillis()));
            config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(requestTimeout.toMillis()));
            config.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
            return config;
        }
    }

    /**
     * Holds the settings of leases and heartbeats.
     *
     * @param ttl A lease expires this long after its last renewal. A longer time tolerates longer outages of the
     *     database and delays the take-over of a killed instance's shards.
     * @param heartbeat A publisher writes its heartbeat and renews its leases once in this interval. A longer interval
     *     needs fewer statements and delays the rebalance of shards.
     * @param liveWithin A publisher counts as live while its heartbeat is at most this old. It must be at most the time
     *     to live of a lease. A longer time reserves the shares of a killed instance for longer.
     * @param clockOffset The clocks of two database nodes differ by at most this time. A larger offset lengthens the
     *     guard of a lease, and delays the take-over of a killed instance's shards.
     * @param margin It is harmless if the process is frozen for at most this time between the check of a lease and the
     *     send. A longer margin lengthens the guard of a lease.
     */
    public record Lease(
            @NotNull Duration ttl,
            @NotNull Duration heartbeat,
            @NotNull Duration liveWithin,
            @NotNull Duration clockOffset,
            @NotNull Duration margin) {}

    /** Returns the settings of the publishing loop. */
    PublishSettings publishSettings() {
        return new PublishSettings(polling, memory, attempts, kafka.backoff());
    }

    /**
     * Returns the guard of a lease. A publisher starts a send only while more than this time remains, because a send
     * may take {@code maxBlock} and {@code deliveryTimeout}, the clocks may differ, and the process may be frozen after
     * the check.
     */
    Duration guard() {
        return kafka.maxBlock()
                .plus(kafka.deliveryTimeout())
                .plus(lease.clockOffset())
                .plus(lease.margin());
    }
}
