package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.publish.UnavailableDestinations.DueWork;
import dev.studybuddy.publisher.publish.UnavailableDestinations.ProbedAggregate;
import dev.studybuddy.publisher.publish.UnavailableDestinations.ResumePoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds the block of each topic and partition that accepts no records. The block of a topic includes those of its
 * partitions.
 */
final class BlockTable {

    private final Backoff backoff;
    private final ToIntFunction<Aggregate> partitionOf;
    private final Map<Destination, Block> blocks = new HashMap<>();
    private long lastAcknowledgementNanos;
    private boolean acknowledgedBefore;

    /**
     * Creates an instance without blocks.
     *
     * @param partitionOf returns the partition of an aggregate's records
     */
    BlockTable(Backoff backoff, ToIntFunction<Aggregate> partitionOf) {
        this.backoff = backoff;
        this.partitionOf = partitionOf;
    }

    /** Returns the partition of an aggregate's records. */
    Destination partition(Aggregate aggregate) {
        return new Destination(aggregate.type(), partitionOf.applyAsInt(aggregate));
    }

    /** Returns the block of exactly this destination, or null if there is none. */
    @Nullable
    Block of(Destination destination) {
        return blocks.get(destination);
    }

    /** Returns the block that keeps out the rows of an aggregate, or null if its destination is not blocked. */
    @Nullable
    Block of(Aggregate aggregate) {
        if (blocks.isEmpty()) {
            return null;
        }
        Block block = blocks.get(Destination.topic(aggregate.type()));
        return block == null ? blocks.get(partition(aggregate)) : block;
    }

    /**
     * Begins the block of a destination, which is due after a backoff. The block of a topic includes those of its
     * partitions.
     */
    Block begin(Destination destination, long nowNanos) {
        Block block = new Block(destination, backoff, nowNanos);
        if (destination.isTopic()) {
            remove(partition -> partition.type().equals(destination.type())).forEach(block::include);
        }
        block.retryAfterBackoff(nowNanos);
        blocks.put(destination, block);
        return block;
    }

    /** Removes and returns the blocks of the matching destinations. */
    List<Block> remove(Predicate<Destination> matching) {
        List<Block> removed = new ArrayList<>();
        blocks.values().removeIf(block -> {
            boolean matches = matching.test(block.destination());
            if (matches) {
                removed.add(block);
            }
            return matches;
        });
        return removed;
    }

    /**
     * Ends the blocks of an acknowledged aggregate. If nothing was acknowledged since other partitions were blocked,
     * they are due at once, because the brokers answer again.
     *
     * @param endedBlock accepts each destination whose block ended
     * @return the positions from which shards must be read again
     */
    List<ResumePoint> recordAcknowledgement(Aggregate aggregate, long nowNanos, Consumer<Destination> endedBlock) {
        List<ResumePoint> points = blocks.isEmpty() ? List.of() : end(aggregate, nowNanos, endedBlock);
        lastAcknowledgementNanos = nowNanos;
        acknowledgedBefore = true;
        return points;
    }

    private List<ResumePoint> end(Aggregate aggregate, long nowNanos, Consumer<Destination> endedBlock) {
        List<ResumePoint> points = new ArrayList<>();
        for (Destination destination : List.of(Destination.topic(aggregate.type()), partition(aggregate))) {
            if (blocks.containsKey(destination)) {
                endedBlock.accept(destination);
                points.addAll(end(destination));
            }
        }
        blocks.values().stream().filter(this::isOutage).forEach(block -> block.makeDue(nowNanos));
        return points;
    }

    /** Ends the block of exactly this destination, and returns the positions from which shards must be read again. */
    List<ResumePoint> end(Destination destination) {
        Block block = blocks.remove(destination);
        return block == null ? List.of() : block.resumePoints();
    }

    /** Returns whether this block is one of a partition whose topic is blocked too. */
    private boolean waitsForTopic(Block block) {
        Destination destination = block.destination();
        return !destination.isTopic() && blocks.containsKey(Destination.topic(destination.type()));
    }

    /**
     * Returns whether this block shows an outage: it is the block of a partition, and no send was acknowledged since it
     * began.
     */
    private boolean isOutage(Block block) {
        return !block.destination().isTopic()
                && (!acknowledgedBefore || lastAcknowledgementNanos - block.sinceNanos() <= 0);
    }

    /**
     * Begins the probes that are due, except for those of topics that are still blocked. The probe of a partition waits
     * until its topic is available, because the block of the topic would keep its row out.
     *
     * @param blockReason returns the reason why a type's topic is still blocked, or null if it can be tried again
     */
    DueWork beginDueProbes(long nowNanos, Function<String, @Nullable String> blockReason) {
        if (blocks.isEmpty()) {
            return new DueWork(List.of(), List.of());
        }
        List<ProbedAggregate> probes = new ArrayList<>();
        List<ResumePoint> points = new ArrayList<>();
        for (Block block : List.copyOf(blocks.values())) {
            if (!block.isDue(nowNanos) || waitsForTopic(block)) {
                continue;
            }
            Destination destination = block.destination();
            String reason = destination.isTopic() ? blockReason.apply(destination.type()) : null;
            ProbedAggregate probe = reason == null ? block.beginProbe() : null;
            if (reason != null) {
                block.setReason(reason);
                block.retryAfterBackoff(nowNanos);
            } else if (probe != null) {
                probes.add(probe);
            } else {
                points.addAll(end(destination));
            }
        }
        return new DueWork(probes, points);
    }

    /** Returns the time at which the next block is due, or null if no block waits. */
    @Nullable
    Long nextNanos() {
        return blocks.isEmpty()
                ? null
                : blocks.values().stream()
                        .filter(block -> !block.isProbing() && !waitsForTopic(block))
                        .map(Block::retryAtNanos)
                        .min(Long::compare)
                        .orElse(null);
    }

    /** Returns the reasons of the blocks of the matching destinations, by the name of the destination. */
    Map<String, String> reasons(Predicate<Destination> matching) {
        if (blocks.isEmpty()) {
            return Map.of();
        }
        Map<String, String> reasons = new TreeMap<>();
        blocks.values().stream()
                .filter(block -> matching.test(block.destination()))
                .forEach(block -> reasons.put(block.destination().toString(), block.reason()));
        return reasons;
    }

    /**
     * Returns the reason of an outage, or null if there is none. In an outage, a partition is blocked, and no send was
     * acknowledged since its block began.
     */
    @Nullable
    String outageReason() {
        return blocks.isEmpty()
                ? null
                : blocks.values().stream()
                        .filter(this::isOutage)
                        .map(block -> block.destination() + ": " + block.reason())
                        .findFirst()
                        .orElse(null);
    }

    /** Removes the positions and the probes of a shard, and the blocks that have none left. */
    void removeShard(int shard) {
        blocks.values().forEach(block -> block.removeShard(shard));
        blocks.values().removeIf(Block::isEmpty);
    }
}
