package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.SkippedHolds;
import dev.studybuddy.publisher.publish.UnavailableDestinations.ResumePoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the sweeps that read skipped rows on hold again when they are due. It logs when the publisher begins to skip
 * rows on hold, and when it skips no row on hold any more.
 */
final class SkippedHoldReader {

    private static final Logger log = LoggerFactory.getLogger(SkippedHoldReader.class);

    private final Ordering ordering;
    private final ShardCursors cursors;
    private final PublishListener listener;
    private boolean reported;

    SkippedHoldReader(Ordering ordering, ShardCursors cursors, PublishListener listener) {
        this.ordering = ordering;
        this.cursors = cursors;
        this.listener = listener;
    }

    /** Begins the sweeps that are due. */
    void beginDue(long nowNanos) {
        SkippedHolds skipped = ordering.skippedHolds();
        if (!reported && !skipped.isEmpty()) {
            reported = true;
            listener.countHoldOverflow();
            log.atWarn()
                    .addKeyValue("deferredAggregates", ordering.deferred().size())
                    .log("The publisher can defer no further aggregate; it leaves further rows on hold in the table,"
                            + " publishes the other rows, and reads the rows on hold again when they are due. The bound"
                            + " is publisher.memory.deferred-aggregates");
        }
        skipped.removeDue(nowNanos, cursors::mayReadHolds)
                .forEach((shard, from) -> cursors.resumeHolds(new ResumePoint(shard, from)));
        // A sweep may find that rows must be skipped again.
        if (reported
                && skipped.isEmpty()
                && ordering.deferred().hasRoom()
                && cursors.all().stream().noneMatch(ShardCursor::isSweeping)) {
            reported = false;
            log.atInfo().log("The publisher skips no row on hold any more");
        }
    }
}
