package dev.studybuddy.publisher.publish;

import java.time.Duration;

/**
 * The bounds and times of the publishing loop.
 *
 * @param polling when and how much is read
 * @param memory how much is kept
 * @param attempts what a refused record leads to
 * @param backoff waits while the broker or a topic can't take records
 */
public record PublishSettings(Polling polling, Memory memory, Attempts attempts, Backoff backoff) {

    /**
     * When and how much is read.
     *
     * @param interval wait after a poll without new rows
     * @param idleInterval the longest such wait, on a silent system
     * @param spacing the shortest time from a poll to the next one, but after a full page
     * @param markSpacing the shortest time between two statements that mark, but for a quarter of a page; few marks wait longer
     * @param page rows of one round trip
     * @param slack how far behind the newest row each poll begins
     * @param sweepInterval how often late commits are looked for
     * @param sweepTimeout at which a sweep's statement is ended, whole seconds
     * @param sweepWindow how late they can be: the longest transaction, and a margin
     * @param deepSweepInterval how often the whole pending index is walked
     */
    public record Polling(
            Duration interval,
            Duration idleInterval,
            Duration spacing,
            Duration markSpacing,
            int page,
            Duration slack,
            Duration sweepInterval,
            Duration sweepTimeout,
            Duration sweepWindow,
            Duration deepSweepInterval) {}

    /**
     * How much is kept.
     *
     * @param rows rows in memory, at which reading stops
     * @param followers rows that wait behind another of their aggregate, at which further ones are dropped and remembered
     * @param followersOfOne the same for one aggregate
     * @param remembered aggregates remembered, at which a shard's reading stops where it is
     * @param inFlightRows rows handed to the broker and not answered
     * @param inFlightBytes about how many bytes these may have
     * @param acknowledgements aggregates whose acknowledged version is kept after they left memory
     */
    public record Memory(
            int rows,
            int followers,
            int followersOfOne,
            int remembered,
            int inFlightRows,
            long inFlightBytes,
            int acknowledgements) {}

    /**
     * What a refused record leads to.
     *
     * @param most refused attempts, at which a row is dead-lettered
     * @param first wait after the first one; it doubles
     * @param longest bound of that wait
     */
    public record Attempts(int most, Duration first, Duration longest) {

        Duration delay(int refusedSoFar) {
            Duration delay = first.multipliedBy(1L << Math.min(20, Math.max(0, refusedSoFar)));
            return delay.compareTo(longest) > 0 ? longest : delay;
        }
    }
}
