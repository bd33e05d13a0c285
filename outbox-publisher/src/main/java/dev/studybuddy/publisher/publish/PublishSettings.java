package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.OrderingBounds;
import java.time.Duration;

/**
 * Holds the limits and times of the publishing loop.
 *
 * @param polling the times and sizes of reads
 * @param memory the limits of memory
 * @param attempts the consequences of a refused record
 * @param backoff the waits while the broker or a topic accepts no records
 */
public record PublishSettings(Polling polling, Memory memory, Attempts attempts, Backoff backoff) {

    /**
     * Holds the times and sizes of reads.
     *
     * @param interval the wait after a poll without new rows
     * @param idleInterval the longest wait after a poll without new rows, which an idle system reaches
     * @param spacing the shortest time from one poll to the next, except after a full page
     * @param markSpacing the shortest time between two statements that mark, except for a quarter of a page; a small
     *     group of marks waits longer
     * @param page the maximum number of rows in one round trip
     * @param slack the time before the newest row at which each poll begins
     * @param sweepInterval the time between two sweeps for late commits
     * @param sweepTimeout the time after which a sweep's statement is cancelled, in whole seconds
     * @param sweepWindow the longest delay of a late commit: the longest transaction and a margin
     * @param deepSweepInterval the time between two sweeps of the whole pending index
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
     * Holds the limits of memory.
     *
     * @param rows the number of rows in memory at which reading stops
     * @param followers the number of followers in memory at which further ones stay in the table and their aggregates
     *     are deferred
     * @param followersOfOne the number of one aggregate's waiting rows at which further ones stay in the table and the
     *     aggregate is deferred
     * @param remembered the number of deferred aggregates at which the reading of a shard stops at its position
     * @param inFlightRows the maximum number of rows that the broker has not answered
     * @param inFlightBytes the approximate maximum size of the rows that the broker has not answered, in bytes
     * @param acknowledgements the number of aggregates whose acknowledged version is kept after their rows left memory
     */
    public record Memory(
            int rows,
            int followers,
            int followersOfOne,
            int remembered,
            int inFlightRows,
            long inFlightBytes,
            int acknowledgements) {

        OrderingBounds orderingBounds() {
            return new OrderingBounds(followers, followersOfOne, remembered, acknowledgements);
        }
    }

    /**
     * Holds the consequences of a refused record.
     *
     * @param most the number of refused attempts at which a row is dead-lettered
     * @param first the wait after the first refused attempt, which doubles with each further attempt
     * @param longest the longest wait between two attempts
     */
    public record Attempts(int most, Duration first, Duration longest) {}
}
