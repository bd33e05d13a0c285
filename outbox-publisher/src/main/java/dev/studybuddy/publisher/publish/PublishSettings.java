package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.OrderingBounds;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * Holds the settings of the publishing loop.
 *
 * @param polling the settings of polls, sweeps and marks
 * @param memory the bounds of the rows and aggregates in memory
 * @param attempts the settings of retries and dead letters
 * @param backoff the waits while the broker or a topic accepts no records
 */
public record PublishSettings(Polling polling, Memory memory, Attempts attempts, Backoff backoff) {

    /**
     * Holds the settings of polls, sweeps and marks.
     *
     * @param interval The publisher waits this long after a poll that found no new rows. A longer interval needs fewer
     *     statements and delays events whose writer sends no wake-up.
     * @param idleInterval The wait between two polls grows up to this time while no events arrive. A longer time needs
     *     fewer statements and delays events whose writer sends no wake-up. If polls take long and find no new rows,
     *     for example while a large transaction is open, the time from one to the next is ten times as long as a poll,
     *     and at most {@code publisher.polling.sweep-interval}.
     * @param spacing The publisher waits at least this long from one poll to the next, except after a full page, and
     *     three times as long after a poll of more than 16 shards that found rows. It must be at most
     *     {@code publisher.polling.interval}. A longer time collects more events in one poll under steady load and
     *     delays each of them.
     * @param markSpacing The publisher waits at least this long between two statements that mark events, unless marks
     *     for a quarter of a page are waiting. Fewer than 16 marks wait five times as long. A longer time needs fewer
     *     statements, and more events are repeated after a crash.
     * @param page One poll reads at most this number of rows, and one statement marks at most this number. More rows
     *     need fewer round trips but longer statements.
     * @param pageBytes One statement reads events of about this number of bytes. The publisher dead-letters an event
     *     that is larger than this value. A larger value needs fewer round trips but more memory: a statement may
     *     return up to four times this number of bytes.
     * @param slack Each poll starts this long before the newest row that the publisher has read. A longer time finds
     *     more late commits without a sweep and makes each poll read more rows again.
     * @param sweepInterval The publisher searches for late commits once in this interval. A longer interval needs fewer
     *     statements and delays the events of late commits.
     * @param sweepTimeout The database ends a sweep's statement after this time, in whole seconds. The publisher then
     *     postpones the sweep of the shard and continues its polls. A longer time delays the polls while a slow sweep
     *     runs.
     * @param deepSweepInterval The publisher reads the whole index of pending rows once in this interval. A longer
     *     interval needs fewer statements and delays events that no other read finds.
     * @param maxTransaction A writer's transaction lasts at most this long. Each sweep reads the rows that were created
     *     since the previous sweep, and in this time plus 5 s before it. A longer time makes each sweep read more rows.
     *     If {@code outbox.max-transaction} is set, its value is the default.
     */
    public record Polling(
            @NotNull Duration interval,
            @NotNull Duration idleInterval,
            @NotNull Duration spacing,
            @NotNull Duration markSpacing,
            @Min(64) int page,
            @NotNull DataSize pageBytes,
            @NotNull Duration slack,
            @NotNull Duration sweepInterval,
            @NotNull Duration sweepTimeout,
            @NotNull Duration deepSweepInterval,
            @NotNull Duration maxTransaction) {

        /**
         * A transaction may become visible this much later than its longest duration, because of clocks and running
         * commits.
         */
        private static final Duration SWEEP_MARGIN = Duration.ofSeconds(5);

        /** Returns the longest delay of a late commit, which is the time that a sweep covers. */
        public Duration sweepWindow() {
            return maxTransaction.plus(SWEEP_MARGIN);
        }
    }

    /**
     * Holds the bounds of the rows and aggregates in memory.
     *
     * @param rows The publisher reads no further rows while it has this number in memory. More rows need more memory.
     * @param bytes The publisher reads no further rows while the rows in memory have about this number of bytes. Events
     *     of more than 4 KB are read only while a quarter of these bytes is free. More bytes raise the throughput for
     *     large events and need more memory.
     * @param followers The publisher leaves further followers in the table when it has this number in memory, and reads
     *     them again later by primary key. More followers need more memory and save such reads.
     * @param followersOfOne The publisher leaves further followers of one aggregate in the table when it has this
     *     number in memory, and reads them again later by primary key. A larger number permits one aggregate to use
     *     more memory.
     * @param deferredAggregates When this number of aggregates is deferred, the publisher skips further rows on hold,
     *     and sweeps their shard when they are due. It also stops reading a shard at an aggregate whose rows exceed the
     *     memory. A larger number needs more memory and saves such sweeps.
     * @param inFlightRows The publisher sends no further row while the broker has not answered for this number of rows.
     *     More rows in flight raise the throughput and the number of repeats after a crash.
     * @param inFlightBytes The publisher sends no further row while the rows in flight have about this number of bytes.
     *     It must be at most half of {@code spring.kafka.producer.buffer-memory}. More bytes raise the throughput for
     *     large events and need more memory.
     * @param acknowledgements The publisher keeps the last acknowledged version of this number of aggregates in memory,
     *     or of fewer aggregates if their types and ids have more than 128 characters on average. A larger number needs
     *     more memory and saves queries of predecessors.
     */
    public record Memory(
            @Min(64) int rows,
            @NotNull DataSize bytes,
            @Min(1) int followers,
            @Min(1) int followersOfOne,
            @Min(1) int deferredAggregates,
            @Min(1) int inFlightRows,
            @Min(1024) long inFlightBytes,
            @Min(1) int acknowledgements) {

        /** Returns the bounds of the ordering. */
        OrderingBounds orderingBounds() {
            return new OrderingBounds(followers, followersOfOne, deferredAggregates, acknowledgements);
        }
    }

    /**
     * Holds the settings of retries and dead letters.
     *
     * @param most The publisher dead-letters a row after this number of refused attempts. More attempts make a poison
     *     event delay its aggregate for longer.
     * @param first The publisher waits this long after the first refused attempt of a row; each further attempt doubles
     *     the wait.
     * @param longest The publisher waits at most this long between two attempts of a refused row. It must be at most an
     *     hour. A longer wait delays the recovery of the row's aggregate.
     */
    public record Attempts(
            @Min(1) @Max(100) int most,
            @NotNull Duration first,
            @NotNull Duration longest) {}
}
