package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import org.jspecify.annotations.Nullable;

/** Holds the state of one topic or partition that accepts no records. */
final class Block {

    final Destination destination;
    final long sinceNanos;

    final SkippedPositions skipped = new SkippedPositions();
    final ProbeCandidates candidates = new ProbeCandidates();

    long retryAtNanos;
    int failures;
    String reason = "";

    /** The probe is the aggregate whose head is sent after the backoff, or null if none is chosen. */
    @Nullable
    Aggregate probe;

    long probeVersion;
    boolean probing;
    /** This is the number of failures in a row of the present probe. */
    int probeFailures;

    Block(Destination destination, long sinceNanos) {
        this.destination = destination;
        this.sinceNanos = sinceNanos;
    }

    /** Returns whether this aggregate is the probe and may be sent. */
    boolean isProbing(Aggregate aggregate) {
        return probing && aggregate.equals(probe);
    }

    void removeProbe() {
        probe = null;
        probing = false;
        probeFailures = 0;
    }

    void setProbe(Aggregate aggregate, long version) {
        probeFailures = aggregate.equals(probe) ? probeFailures : 0;
        probe = aggregate;
        probeVersion = version;
        candidates.remove(aggregate);
    }
}
