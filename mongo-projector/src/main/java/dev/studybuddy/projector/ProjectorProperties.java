package dev.studybuddy.projector;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * These properties are the projector's settings.
 *
 * @param topicPrefix The name of each topic starts with this prefix: {@code <prefix><type>.v1}. It must be the same in
 *     every service.
 * @param groupPrefix The name of each consumer group starts with this prefix: {@code <prefix><model>-g<generation>}. It
 *     must be the same in every service.
 * @param topicPartitions Each topic must have this number of partitions; the projector starts no generation otherwise.
 *     It must be the same in every service.
 */
@Validated
@ConfigurationProperties("studybuddy")
public record ProjectorProperties(
        @NotBlank @DefaultValue("studybuddy.") String topicPrefix,
        @NotBlank @DefaultValue("mongo-projector-") String groupPrefix,
        @Min(1) @Max(1000) @DefaultValue("12") int topicPartitions,
        @Valid @NotNull @DefaultValue Projector projector) {

    /**
     * These properties are settings of the projector alone.
     *
     * @param models This instance serves the read models with these names, separated by commas. It serves all read
     *     models if the list is empty.
     * @param versions This instance starts new generations of a read model with this version of its projection. Without
     *     an entry, it uses the highest version that it contains; an entry with an earlier version keeps the present
     *     generation during a roll-out. To return to an earlier version, activate a generation of it first: while a
     *     generation of a later version is active, running instances with that later version publish it again. The name
     *     of the read model completes the name of the property.
     * @param groupProtocol Consumers use this group protocol: {@code consumer} (KIP-848), or {@code classic} for
     *     brokers that do not support KIP-848.
     * @param batchRecords A batch holds at most this number of records. A higher value means fewer writes for each
     *     record and more memory: up to two batches of a generation wait in memory, in addition to one poll and, after
     *     failures, to two batches of decoded records.
     * @param batchBytes A batch holds records of at most this estimated size in bytes, or one larger record. The size
     *     of a record is its size in memory: its key, its value, its headers and the objects that hold them. A higher
     *     value needs more memory: up to two batches of a generation wait in memory, in addition to one poll and, after
     *     failures, to two batches of decoded records.
     * @param workers The projector runs at most this number of batch groups of one generation at a time, from 2 to 16.
     *     A higher value uses more threads and memory, and three more connections to MongoDB for each worker and read
     *     model; on 2 cores that are shared with the servers, 8 and 16 were slower than 4.
     * @param reconciliationInterval The projector reads the generation records at this interval, from 50 ms to 5 s. A
     *     longer interval delays the start and the end of a generation on this instance.
     * @param topicCheckInterval At this interval, from 1 s to 1 min, the projector checks the topics of its generations
     *     and removes collections and consumer groups that no generation record lists. With a longer interval, it finds
     *     a changed topic later. An instance of an earlier program publishes its version after twelve checks without a
     *     newer instance. With a much shorter interval, these checks end before a newer instance has restarted.
     * @param liveDelay A rebuild waits while the live records that this instance applies have waited in Kafka for
     *     longer than this duration. The duration must be positive. A longer duration allows a rebuild to delay live
     *     events more.
     * @param keepPrevious The projector keeps a replaced generation up to date for this long after the activation of
     *     its successor; the duration must not be negative. The generation can be activated again until then; a longer
     *     duration costs space and work.
     * @param dropAfter The projector drops a collection or a consumer group if no generation record has listed it for
     *     this long, at least 10 s. It must be longer than one batch takes, and longer than {@code
     *     studybuddy.mongo.activation-wait} and a request together, because requests may read the collection until
     *     then.
     */
    public record Projector(
            @NotNull @DefaultValue List<String> models,
            @NotNull @DefaultValue Map<String, Integer> versions,
            @NotNull @DefaultValue("consumer") GroupProtocol groupProtocol,
            @Min(1) @Max(10_000) @DefaultValue("5000") int batchRecords,

            @Min(1000) @Max(4_000_000) @DefaultValue("4000000")
            long batchBytes,

            @Min(2) @Max(16) @DefaultValue("4") int workers,
            @NotNull @DefaultValue("1s") Duration reconciliationInterval,
            @NotNull @DefaultValue("5s") Duration topicCheckInterval,
            @NotNull @DefaultValue("5s") Duration liveDelay,
            @NotNull @DefaultValue("24h") Duration keepPrevious,
            @NotNull @DefaultValue("2m") Duration dropAfter) {

        private static final Duration MIN_RECONCILIATION_INTERVAL = Duration.ofMillis(50);

        /**
         * The instance is not ready if it has not read a generation record for 15 s, so several intervals must fit into
         * this time.
         */
        private static final Duration MAX_RECONCILIATION_INTERVAL = Duration.ofSeconds(5);

        /** Each check describes every topic and lists every collection and group. */
        private static final Duration MIN_TOPIC_CHECK_INTERVAL = Duration.ofSeconds(1);

        private static final Duration MAX_TOPIC_CHECK_INTERVAL = Duration.ofMinutes(1);

        /**
         * After an activation, the API reads the earlier generation for at most 5 s, and a request waits at most 2 s
         * for MongoDB. An instance reads a changed record twice within this time.
         */
        private static final Duration MIN_DROP_AFTER = Duration.ofSeconds(10);

        public Projector {
            models = List.copyOf(models);
            versions = Map.copyOf(versions);
            if (reconciliationInterval.compareTo(MIN_RECONCILIATION_INTERVAL) < 0
                    || reconciliationInterval.compareTo(MAX_RECONCILIATION_INTERVAL) > 0) {
                throw new IllegalArgumentException("studybuddy.projector.reconciliation-interval is "
                        + reconciliationInterval + "; it must be from 50 ms to 5 s");
            }
            if (topicCheckInterval.compareTo(MIN_TOPIC_CHECK_INTERVAL) < 0
                    || topicCheckInterval.compareTo(MAX_TOPIC_CHECK_INTERVAL) > 0) {
                throw new IllegalArgumentException("studybuddy.projector.topic-check-interval is " + topicCheckInterval
                        + "; it must be from 1 s to 1 min");
            }
            if (!liveDelay.isPositive()) {
                throw new IllegalArgumentException(
                        "studybuddy.projector.live-delay is " + liveDelay + "; it must be positive");
            }
            if (keepPrevious.isNegative()) {
                throw new IllegalArgumentException(
                        "studybuddy.projector.keep-previous is " + keepPrevious + "; it must not be negative");
            }
            if (dropAfter.compareTo(MIN_DROP_AFTER) < 0) {
                throw new IllegalArgumentException(
                        "studybuddy.projector.drop-after is " + dropAfter + "; it must be at least 10 s");
            }
        }

        /** Returns the limits of a batch. */
        public BatchLimits batch() {
            return new BatchLimits(batchRecords, batchBytes);
        }
    }

    /** A group protocol coordinates the consumers of a group. */
    public enum GroupProtocol {
        CONSUMER,
        CLASSIC
    }

    /**
     * These limits bound the size of one batch or of all queues of records together.
     *
     * @param records the highest number of records
     * @param bytes the highest estimated size of the records in memory in bytes; a single record may be larger
     */
    public record BatchLimits(int records, long bytes) {}
}
