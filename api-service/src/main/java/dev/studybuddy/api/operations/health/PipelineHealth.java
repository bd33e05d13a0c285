package dev.studybuddy.api.operations.health;

import dev.studybuddy.api.operations.lag.EventAge;
import dev.studybuddy.api.operations.lag.GroupLag;
import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.pause.Pauses;
import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.readmodel.SchemaWait;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * This record reports every stage between a write and MongoDB. A value that could not be determined is null.
 *
 * @param databases the state of each database, {@code connected} or {@code disconnected}, by the name of the database
 * @param kafka {@code connected} or {@code disconnected}
 * @param paused the paused types and read models, as CockroachDB and MongoDB stated them in their last answers
 */
public record PipelineHealth(
        HealthStatus status, Map<String, String> databases, String kafka, Sync sync, Pauses paused) {

    /**
     * This record holds the measured values of the stages.
     *
     * @param queueSize the number of pending events
     * @param queueSizeExact whether {@code queueSize} is exact; otherwise it is a lower bound
     * @param syncLagSeconds the lag of the read model that is farthest behind, in seconds
     * @param failedEvents the number of dead-lettered outbox rows
     * @param failedEventsExact whether {@code failedEvents} is exact; otherwise it is a lower bound
     * @param deadLetters the number of open dead letters of the projector
     * @param deadLettersExact whether {@code deadLetters} is exact; otherwise it is a lower bound
     * @param brokenDocuments the number of broken documents of listed generations
     * @param brokenDocumentsExact whether {@code brokenDocuments} is exact; otherwise it is a lower bound
     * @param schemaWaits the partitions that wait, because their next record has a schema that only a newer projector
     *     reads
     * @param publishers the live publishers
     * @param consumerLag the consumer lag of the active generations
     */
    @Schema(name = "PipelineValues")
    public record Sync(
            @Nullable Long queueSize,
            @Nullable Boolean queueSizeExact,
            @Nullable Double syncLagSeconds,
            @Nullable Long failedEvents,
            @Nullable Boolean failedEventsExact,
            @Nullable Long deadLetters,
            @Nullable Boolean deadLettersExact,
            @Nullable Long brokenDocuments,
            @Nullable Boolean brokenDocumentsExact,
            @Nullable List<SchemaWait> schemaWaits,
            @Nullable List<Publisher> publishers,
            @Nullable ConsumerLag consumerLag) {}

    /**
     * This record describes a live publisher.
     *
     * @param shards the number of shards that it owns
     * @param ownedShards the shards that it owns, in ascending order
     * @param startedAt the time of its first heartbeat
     * @param lastSeen the time of its last heartbeat
     * @param fitness whether it is fit, and since when
     */
    @Schema(name = "PublisherHealth")
    public record Publisher(
            String id,
            int shards,
            List<Integer> ownedShards,
            Instant startedAt,
            Instant lastSeen,
            OutboxBacklog.Fitness fitness) {

        static Publisher of(OutboxBacklog.Publisher publisher) {
            return new Publisher(
                    publisher.id(),
                    publisher.shards().size(),
                    publisher.shards(),
                    publisher.startedAt(),
                    publisher.lastSeen(),
                    publisher.fitness());
        }
    }

    /**
     * This record holds the consumer lag.
     *
     * @param records the number of records that the groups of the active generations have not committed
     * @param seconds the age of the oldest of these records in seconds, or 0 if there is none
     * @param unassignedPartitions the number of partitions of the active generations that no projector reads, because
     *     Kafka has assigned them to none
     * @param partitions the partitions of the groups of all generations, active or not
     */
    public record ConsumerLag(
            @Nullable Long records, @Nullable Double seconds, int unassignedPartitions, List<Partition> partitions) {}

    /**
     * This record describes one partition as one consumer group reads it.
     *
     * @param committed the offset that the group has committed; null if it has committed none
     * @param end the end offset of the partition
     * @param lag the number of records that the group has not committed; null if {@code committed} is null, if it is
     *     above {@code end}, or if the generation is broken
     */
    @Schema(name = "PartitionLag")
    public record Partition(
            String group,
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            @Nullable Long lag) {}

    /**
     * Returns the report of a sample.
     *
     * @param fallbackNow the present time, for ages if CockroachDB did not answer with its own
     */
    public static PipelineHealth of(PipelineSample sample, Pauses paused, Instant fallbackNow) {
        OutboxBacklog outbox = sample.outbox();
        Map<String, String> databases = new TreeMap<>();
        databases.put("cockroachdb", connectionCode(sample.writable()));
        databases.put("mongodb", connectionCode(sample.mongo()));
        Sync sync = new Sync(
                outbox == null ? null : Long.valueOf(outbox.pending()),
                outbox == null ? null : Boolean.valueOf(outbox.exact()),
                sample.lagSeconds(),
                outbox == null ? null : Long.valueOf(outbox.deadLettered()),
                outbox == null ? null : Boolean.valueOf(outbox.isDeadLetteredExact()),
                sample.deadLetters(),
                sample.areDeadLettersExact(),
                sample.brokenDocuments(),
                sample.areBrokenDocumentsExact(),
                sample.schemaWaits(),
                outbox == null ? null : publishers(outbox),
                consumerLag(sample, fallbackNow));
        return new PipelineHealth(
                HealthStatus.of(sample, paused), databases, connectionCode(sample.kafka()), sync, paused);
    }

    private static List<Publisher> publishers(OutboxBacklog outbox) {
        return outbox.publishers().stream()
                .filter(OutboxBacklog.Publisher::live)
                .map(Publisher::of)
                .toList();
    }

    private static @Nullable ConsumerLag consumerLag(PipelineSample sample, Instant fallbackNow) {
        List<GroupLag> active = sample.activeGroups();
        if (active == null || sample.groups() == null) {
            return null;
        }
        List<Partition> partitions = new ArrayList<>();
        for (GroupLag group : sample.groups()) {
            for (GroupLag.Partition partition : group.partitions()) {
                partitions.add(new Partition(
                        group.group(),
                        partition.topic(),
                        partition.partition(),
                        partition.committed(),
                        partition.end(),
                        partition.lag()));
            }
        }
        Long records = sumRecords(active);
        Instant now = sample.outbox() == null ? fallbackNow : sample.outbox().now();
        int unassigned = active.stream().mapToInt(GroupLag::unassigned).sum();
        return new ConsumerLag(records, maxSeconds(active, records, now), unassigned, partitions);
    }

    private static @Nullable Long sumRecords(List<GroupLag> active) {
        long sum = 0;
        for (GroupLag group : active) {
            Optional<Long> records = group.records();
            if (records.isEmpty()) {
                return null;
            }
            sum += records.get();
        }
        return sum;
    }

    /**
     * Returns the lag in seconds of the group that is farthest behind. Returns null if the number of records is
     * unknown, or if a group is behind and the time of its oldest record beyond the committed offset is unknown.
     */
    private static @Nullable Double maxSeconds(List<GroupLag> active, @Nullable Long records, Instant now) {
        if (records == null) {
            return null;
        }
        double max = 0;
        for (GroupLag group : active) {
            if (group.records().orElse(0L) > 0) {
                Optional<Instant> oldest = group.oldestUnconsumedAt();
                if (oldest.isEmpty()) {
                    return null;
                }
                max = Math.max(max, EventAge.seconds(oldest.get(), now));
            }
        }
        return max;
    }

    private static String connectionCode(boolean connected) {
        return connected ? "connected" : "disconnected";
    }
}
