package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the unavailable destinations: the topics and partitions that accept no records, and the topics whose types an
 * operator paused. Their rows leave memory, so that they take no room from other rows. One row of each blocked topic or
 * partition, the probe, is sent again after a backoff, and the others wait until it is acknowledged. For each shard,
 * this class keeps the position of the first row that stays in the table, and a sweep begins there after the
 * acknowledgement.
 *
 * <pre>
 *   AVAILABLE ──failure──▶ BLOCKED ──backoff over──▶ PROBED (one aggregate) ──acknowledged──▶ AVAILABLE
 *                             ▲                        │
 *                             └───────── failure ──────┘
 * </pre>
 *
 * <p>A topic that is not checked yet is blocked without a probe, and the block ends when a check finds that the topic
 * accepts records. A probe that fails because of its partition ends the block of its topic. While a topic is blocked,
 * no probe of its partitions is sent.
 *
 * <p>The broker may refuse one record by an error that concerns its destination, for example because of a policy. After
 * several failures of a probe, a row of another aggregate is therefore the next probe. {@link FailedSends} counts the
 * failures of each aggregate across blocks. An aggregate that is isolated from blocks blocks no destination.
 *
 * <p>No library is used for this circuit breaker, because the clock and the random source must be parameters: a
 * simulation can then repeat a run exactly.
 */
final class UnavailableDestinations {

    private final BlockTable blocks;
    private final FailedSends failedSends = new FailedSends();
    private final PausedTypes paused = new PausedTypes();

    /** A shard must be read again from this position. */
    record ResumePoint(int shard, IndexPosition from) {}

    /** An aggregate must be read again by primary key from this version on, because its head is the probe. */
    record ProbedAggregate(Aggregate aggregate, long version) {}

    /**
     * This record holds the work that follows from blocks that are due.
     *
     * @param probes the aggregates whose head is sent as a probe
     * @param resumePoints the positions that are read again, because a block ended without a probe
     */
    record DueWork(List<ProbedAggregate> probes, List<ResumePoint> resumePoints) {}

    /**
     * Creates an instance without blocks.
     *
     * @param partitionOf returns the partition of an aggregate's records
     */
    UnavailableDestinations(Backoff backoff, ToIntFunction<Aggregate> partitionOf) {
        this.blocks = new BlockTable(backoff, partitionOf);
    }

    /** Returns the partition of an aggregate's records. */
    Destination partition(Aggregate aggregate) {
        return blocks.partition(aggregate);
    }

    /**
     * Returns whether the destination of an aggregate is unavailable: it is blocked, or its type is paused. If so, no
     * chain of the aggregate may begin, not even that of a probe.
     */
    boolean isUnavailable(Aggregate aggregate) {
        return blocks.of(aggregate) != null || paused.includes(aggregate.type());
    }

    /**
     * Returns whether rows of an aggregate stay in the table, because its destination is blocked or its type is paused.
     */
    boolean keepsOut(Aggregate aggregate) {
        if (paused.includes(aggregate.type())) {
            return true;
        }
        Block block = blocks.of(aggregate);
        return block != null && !block.isProbing(aggregate);
    }

    /** Returns whether an aggregate is the probe of its destination and may be sent. */
    boolean isProbing(Aggregate aggregate) {
        Block block = blocks.of(aggregate);
        return block != null && block.isProbing(aggregate);
    }

    /** Returns the counts of failed sends, and the aggregates whose failures block no destination. */
    FailedSends failedSends() {
        return failedSends;
    }

    /** Returns the types whose publishing an operator paused. */
    PausedTypes paused() {
        return paused;
    }

    /**
     * Replaces the paused types. The blocks of a paused type end without a probe, because nothing is sent there. If its
     * topic is still blocked later, the first send after the pause blocks it again.
     *
     * @return the positions from which shards must be read again, because a type is no longer paused
     */
    List<ResumePoint> pause(Set<String> types) {
        List<ResumePoint> points = paused.replace(types);
        blocks.remove(destination -> paused.includes(destination.type()))
                .forEach(block -> paused.recordSkipped(block.destination().type(), block.skipped()));
        return points;
    }

    /**
     * Records a send that failed because of its destination.
     *
     * @param served whether this instance serves the row's shard, so that the row can be the probe
     * @return whether the destination was available until now
     */
    boolean block(Destination destination, OutboxRow row, boolean served, long nowNanos, String reason) {
        if (paused.includes(destination.type())) {
            // The send began before the pause. Its row stays in the table like the other rows of its type.
            return false;
        }
        failedSends.recordFailure(row.aggregate());
        Block block = blocks.of(destination);
        boolean wasAvailable = block == null;
        if (block == null) {
            block = blocks.begin(destination, nowNanos);
        }
        boolean probeFailed = block.isProbing(row.aggregate());
        if (served) {
            block.offerProbe(row);
        }
        if (probeFailed) {
            block.failProbe(nowNanos, failedSends::isolateFromBlocks);
        }
        block.setReason(reason);
        return wasAvailable;
    }

    /**
     * Records that the publisher did not send a row, because it has not checked the topic yet. The block of the topic
     * has no probe, because no send failed. It ends as soon as the check finds that the topic accepts records.
     *
     * @return whether the topic was available until now
     */
    boolean blockUncheckedTopic(Aggregate aggregate, long nowNanos, String reason) {
        if (paused.includes(aggregate.type())) {
            return false;
        }
        Destination topic = Destination.topic(aggregate.type());
        if (blocks.of(topic) != null) {
            recordUnsentProbe(aggregate, nowNanos);
            return false;
        }
        blocks.begin(topic, nowNanos).setReason(reason);
        return true;
    }

    /**
     * Ends the block of a topic whose probe failed because of its partition. Only that partition failed, so the other
     * partitions need not wait for it.
     *
     * @param endedBlock accepts the topic if its block ended
     * @return the positions from which shards must be read again
     */
    List<ResumePoint> endProbedTopic(Aggregate aggregate, Consumer<Destination> endedBlock) {
        Destination topic = Destination.topic(aggregate.type());
        Block block = blocks.of(topic);
        if (block == null || !block.isProbing(aggregate)) {
            return List.of();
        }
        endedBlock.accept(topic);
        return blocks.end(topic);
    }

    /**
     * Records that the row of a probe was not sent, because the database could not return it, the lease of its shard is
     * not trusted, or its topic is not checked yet. This counts as a failure of the probe, but not as a failed send of
     * the aggregate.
     */
    void recordUnsentProbe(Aggregate aggregate, long nowNanos) {
        Block block = blocks.of(aggregate);
        if (block != null && block.isProbing(aggregate)) {
            block.failProbe(nowNanos, former -> {});
        }
    }

    /**
     * Records that the rows of a probe are on hold. Another aggregate becomes the probe. If no other one waits, the
     * same aggregate is the probe again after the backoff. The block stays, because nothing shows that its destination
     * accepts records.
     */
    void recordProbeOnHold(Aggregate aggregate, long nowNanos) {
        Block block = blocks.of(aggregate);
        if (block != null && block.isProbing(aggregate)) {
            block.replaceProbeOnHold(nowNanos);
        }
    }

    /** Records that a row of a blocked destination or a paused type stays in the table, and may be the next probe. */
    void recordSkipped(OutboxRow row) {
        recordSkipped(row.aggregate(), row.position());
        if (row.delayNanos() == 0) {
            addCandidate(row.aggregate(), row.version());
        }
    }

    /**
     * Records that the rows of a deferred aggregate that is due stay in the table from a version on. The aggregate may
     * be the next probe.
     */
    void recordSkipped(Aggregate aggregate, long lowestVersion) {
        recordSkipped(aggregate, IndexPosition.START);
        addCandidate(aggregate, lowestVersion);
    }

    private void addCandidate(Aggregate aggregate, long version) {
        Block block = blocks.of(aggregate);
        if (block != null && !failedSends.isIsolatedFromBlocks(aggregate)) {
            block.addCandidate(aggregate, version);
        }
    }

    /** Records that rows of a blocked destination or a paused type stay in the table. */
    void recordSkipped(Aggregate aggregate, IndexPosition position) {
        IndexPosition from = position.minus(Duration.ofMillis(1));
        Block block = blocks.of(aggregate);
        if (paused.includes(aggregate.type())) {
            paused.recordSkipped(aggregate.type(), aggregate.shard(), from);
        } else if (block != null) {
            block.recordSkipped(aggregate.shard(), from);
        }
    }

    /**
     * Records that an aggregate has no row to send. If it has the probe of its destination, the block ends without a
     * probe.
     */
    void recordMissingProbe(Aggregate aggregate, long nowNanos) {
        Block block = blocks.of(aggregate);
        if (block != null) {
            block.removeProbe(aggregate, nowNanos);
        }
    }

    /** Makes the block of a type's topic due at once, because the topic accepts records again. */
    void makeDue(String type, long nowNanos) {
        Block block = blocks.of(Destination.topic(type));
        if (block != null) {
            block.makeDue(nowNanos);
        }
    }

    /**
     * Records an acknowledged send. It ends the block of its destination. If nothing was acknowledged since other
     * partitions were blocked, they are due at once, because the brokers answer again.
     *
     * @param endedBlock accepts each destination whose block ended
     * @return the positions from which shards must be read again
     */
    List<ResumePoint> recordAcknowledgement(Aggregate aggregate, long nowNanos, Consumer<Destination> endedBlock) {
        failedSends.remove(aggregate);
        return blocks.recordAcknowledgement(aggregate, nowNanos, endedBlock);
    }

    /**
     * Begins the probes that are due, except for those of topics that are still blocked.
     *
     * @param blockReason returns the reason why a type's topic is still blocked, or null if it can be tried again
     */
    DueWork beginDueProbes(long nowNanos, Function<String, @Nullable String> blockReason) {
        return blocks.beginDueProbes(nowNanos, blockReason);
    }

    /** Returns the time at which the next block is due, or null if no block waits. */
    @Nullable
    Long nextNanos() {
        return blocks.nextNanos();
    }

    /** Returns the reason of each block of a topic, by aggregate type. */
    Map<String, String> topicReasons() {
        return blocks.reasons(Destination::isTopic);
    }

    /** Returns the reason of each block of a partition, by aggregate type and number. */
    Map<String, String> partitionReasons() {
        return blocks.reasons(destination -> !destination.isTopic());
    }

    /**
     * Returns the reason of an outage, or null if there is none. In an outage, a partition is blocked, and no send was
     * acknowledged since its block began.
     */
    @Nullable
    String outageReason() {
        return blocks.outageReason();
    }

    /** Removes the positions and the probes of a shard that this instance no longer serves. */
    void removeShard(int shard) {
        paused.removeShard(shard);
        failedSends.removeShard(shard);
        blocks.removeShard(shard);
    }
}
