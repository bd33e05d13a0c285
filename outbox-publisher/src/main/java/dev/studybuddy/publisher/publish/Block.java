package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.UnavailableDestinations.ProbedAggregate;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds the state of one topic or partition that accepts no records. */
final class Block {

    /** After this number of failures in a row, a row of another aggregate is the probe. */
    private static final int MAX_PROBE_FAILURES = 5;

    private final Destination destination;
    private final Backoff backoff;
    private final long sinceNanos;
    private final SkippedPositions skipped = new SkippedPositions();
    private final ProbeCandidates candidates = new ProbeCandidates();

    private long retryAtNanos;
    private int failures;
    private String reason = "";

    /** The head of the probe's aggregate is sent after the backoff. The probe is null if none is chosen. */
    private @Nullable ProbedAggregate probe;

    private boolean probing;
    /** This is the number of failures in a row of the present probe. */
    private int probeFailures;

    Block(Destination destination, Backoff backoff, long sinceNanos) {
        this.destination = destination;
        this.backoff = backoff;
        this.sinceNanos = sinceNanos;
    }

    Destination destination() {
        return destination;
    }

    /** Returns the monotonic time in nanoseconds at which the block began. */
    long sinceNanos() {
        return sinceNanos;
    }

    String reason() {
        return reason;
    }

    void setReason(String newReason) {
        reason = newReason;
    }

    /** Returns, for each shard, the position of the first row that stayed in the table. */
    SkippedPositions skipped() {
        return skipped;
    }

    /** Returns the positions from which the shards must be read again when the block ends. */
    List<UnavailableDestinations.ResumePoint> resumePoints() {
        return skipped.resumePoints();
    }

    /** Returns whether the block has no probe and keeps no rows in the table. */
    boolean isEmpty() {
        return probe == null && skipped.isEmpty();
    }

    /** Returns whether the probe may be sent and has no outcome yet. */
    boolean isProbing() {
        return probing;
    }

    /** Returns whether this aggregate has the probe, and the probe may be sent. */
    boolean isProbing(Aggregate aggregate) {
        return probing && isProbe(aggregate);
    }

    private boolean isProbe(Aggregate aggregate) {
        return probe != null && probe.aggregate().equals(aggregate);
    }

    boolean isDue(long nowNanos) {
        return !probing && nowNanos - retryAtNanos >= 0;
    }

    /** Returns the monotonic time in nanoseconds at which the block is due, unless it is probing. */
    long retryAtNanos() {
        return retryAtNanos;
    }

    /** Makes the block due at once, unless it is probing. */
    void makeDue(long nowNanos) {
        if (!probing) {
            retryAtNanos = nowNanos;
        }
    }

    /** Records a failure. The block is due after a backoff. */
    void retryAfterBackoff(long nowNanos) {
        retryAtNanos = nowNanos + backoff.nanos(failures++);
    }

    /** Makes a failed row the probe, if there is no probe or if its aggregate has the probe that may be sent. */
    void offerProbe(OutboxRow row) {
        if (probe == null || isProbing(row.aggregate())) {
            setProbe(new ProbedAggregate(row.aggregate(), row.version()));
        }
    }

    private void setProbe(ProbedAggregate next) {
        probeFailures = isProbe(next.aggregate()) ? probeFailures : 0;
        probe = next;
        candidates.remove(next.aggregate());
    }

    /** Allows the send of the probe, and returns it, or returns null if there is none. */
    @Nullable
    ProbedAggregate beginProbe() {
        probing = probe != null;
        return probe;
    }

    /**
     * Ends the attempt of a probe that failed. After several failures, a row of another aggregate is the probe.
     *
     * @param replaced accepts the aggregate of the former probe if a row of another aggregate replaces it
     */
    void failProbe(long nowNanos, Consumer<Aggregate> replaced) {
        retryAfterBackoff(nowNanos);
        probing = false;
        probeFailures++;
        ProbedAggregate failed = probe;
        ProbedAggregate next = failed != null && probeFailures >= MAX_PROBE_FAILURES ? candidates.poll() : null;
        if (failed != null && next != null) {
            replaced.accept(failed.aggregate());
            setProbe(next);
            makeDue(nowNanos);
        }
    }

    /**
     * Ends the attempt of a probe that is on hold. A row of another aggregate becomes the probe at once. If no other
     * aggregate waits, a row of this one is the probe after the backoff.
     */
    void replaceProbeOnHold(long nowNanos) {
        probeFailures = MAX_PROBE_FAILURES;
        failProbe(nowNanos, former -> {});
    }

    /** Removes the probe if it belongs to this aggregate, which has no row to send. The block is then due at once. */
    void removeProbe(Aggregate aggregate, long nowNanos) {
        if (isProbe(aggregate)) {
            removeProbe();
            makeDue(nowNanos);
        }
    }

    private void removeProbe() {
        probe = null;
        probing = false;
        probeFailures = 0;
    }

    /**
     * Records that an aggregate waits from a version on and can be the next probe. If it has the probe, the probe
     * begins at this version if that is lower: the rows before a higher version would be read one by one, as its
     * predecessors, and memory may have no room for them.
     */
    void addCandidate(Aggregate aggregate, long version) {
        ProbedAggregate present = probe;
        if (present == null || !isProbe(aggregate)) {
            candidates.add(aggregate, version);
        } else if (version < present.version()) {
            probe = new ProbedAggregate(aggregate, version);
        }
    }

    /** Records that rows of a shard stay in the table from this position on. */
    void recordSkipped(int shard, IndexPosition from) {
        skipped.add(shard, from);
    }

    /**
     * Includes the positions, the candidates and the probe of another block, whose rows this block keeps out as well.
     */
    void include(Block other) {
        skipped.addAll(other.skipped);
        candidates.addAll(other.candidates);
        if (other.probe != null) {
            candidates.add(other.probe.aggregate(), other.probe.version());
        }
    }

    /** Removes the positions, the candidates and the probe of a shard that this instance no longer serves. */
    void removeShard(int shard) {
        skipped.removeShard(shard);
        candidates.removeShard(shard);
        if (probe != null && probe.aggregate().shard() == shard) {
            removeProbe();
        }
    }
}
