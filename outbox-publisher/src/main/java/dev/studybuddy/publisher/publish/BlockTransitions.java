package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the blocks of destinations, logs each of these transitions, and removes the waiting rows of
 * unavailable destinations from memory.
 */
final class BlockTransitions {

    private static final Logger log = LoggerFactory.getLogger(BlockTransitions.class);

    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardLeases leases;
    private final Consumer<UnavailableDestinations.ResumePoint> resume;

    /**
     * @param resume accepts each position from which a shard must be read again, because a block ended
     */
    BlockTransitions(
            Ordering ordering,
            UnavailableDestinations destinations,
            ShardLeases leases,
            Consumer<UnavailableDestinations.ResumePoint> resume) {
        this.ordering = ordering;
        this.destinations = destinations;
        this.leases = leases;
        this.resume = resume;
    }

    /** Records an acknowledged send of an aggregate, which ends the blocks of its topic and partition. */
    void recordAcknowledgement(Aggregate aggregate, long nowNanos) {
        destinations
                .recordAcknowledgement(
                        aggregate,
                        nowNanos,
                        destination -> log.atInfo()
                                .addKeyValue("destination", destination)
                                .log("The destination accepts records again; its events are sent"))
                .forEach(resume);
    }

    /** Blocks the partition of a row. If the row was the probe of its topic, the block of the topic ends. */
    void blockPartition(OutboxRow row, String reason, long nowNanos) {
        destinations
                .endProbedTopic(
                        row.aggregate(),
                        topic -> log.atInfo()
                                .addKeyValue("type", topic)
                                .log("Only a partition of the topic accepts no records; the events of its other"
                                        + " partitions are sent"))
                .forEach(resume);
        Destination partition = destinations.partition(row.aggregate());
        if (block(partition, row, reason, nowNanos)) {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("reason", reason)
                    .log("The partition accepts no records; its events wait, no attempt is counted, and events of other"
                            + " partitions are sent");
            removeWaiting(
                    aggregate -> aggregate.type().equals(partition.type())
                            && destinations.partition(aggregate).equals(partition),
                    nowNanos);
        }
    }

    /** Blocks the topic of a row. */
    void blockTopic(OutboxRow row, String reason, long nowNanos) {
        String type = row.aggregate().type();
        if (block(Destination.topic(type), row, reason, nowNanos)) {
            log.atInfo()
                    .addKeyValue("type", type)
                    .addKeyValue("reason", reason)
                    .log("The topic accepts no records; its events wait, and events of other topics are sent");
            removeWaitingOfTopic(type, nowNanos);
        }
    }

    /** Blocks the topic of an aggregate until the publisher has checked it. */
    void blockUncheckedTopic(Aggregate aggregate, String reason, long nowNanos) {
        if (destinations.blockUncheckedTopic(aggregate, nowNanos, reason)) {
            log.atDebug()
                    .addKeyValue("type", aggregate.type())
                    .log("The publisher has not checked the topic yet; its events wait, and the next check decides");
            removeWaitingOfTopic(aggregate.type(), nowNanos);
        }
    }

    /** Removes the waiting rows of paused types from memory. Rows in flight stay until their outcomes arrive. */
    void removePaused(long nowNanos) {
        removeWaiting(aggregate -> destinations.paused().includes(aggregate.type()), nowNanos);
    }

    private boolean block(Destination destination, OutboxRow row, String reason, long nowNanos) {
        return destinations.block(
                destination, row, leases.serves(row.aggregate().shard()), nowNanos, reason);
    }

    private void removeWaitingOfTopic(String type, long nowNanos) {
        removeWaiting(aggregate -> aggregate.type().equals(type), nowNanos);
    }

    private void removeWaiting(Predicate<Aggregate> matching, long nowNanos) {
        ordering.removeWaiting(matching, destinations::recordSkipped, nowNanos);
    }
}
