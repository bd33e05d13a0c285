package dev.studybuddy.publisher;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Holds every setting of the publisher. The defaults are in {@code application.yaml}.
 *
 * @param source The header {@code ce_source} of every record has this value.
 * @param wakeUpAddress The publisher receives wake-ups at this local address, on a free port that it chooses. The
 *     heartbeat row publishes address and port, so writers on other hosts must be able to reach the address.
 * @param statementTimeout The database server ends a statement of the publisher after this time. It must equal {@code
 *     statement_timeout} in the connection options. A longer time needs a longer lease.
 * @param pendingAgeInterval The publisher queries the age of the oldest pending event of each owned shard once in this
 *     interval, for a gauge. A longer interval costs fewer statements and makes the gauge older.
 * @param topics the settings of the topics
 * @param kafka the timeouts and waits of the producer
 * @param lease the settings of membership and trust
 * @param polling the settings of polls, sweeps and marks
 * @param memory the bounds of the rows and aggregates in memory
 * @param attempts the settings of retries and dead letters
 * @param retention the settings of the deletion of processed rows
 */
@Validated
@ConfigurationProperties("publisher")
public record PublisherProperties(
        @NotBlank String source,
        @NotBlank String wakeUpAddress,
        @NotNull Duration statementTimeout,
        @NotNull Duration pendingAgeInterval,
        @Valid @NotNull Topics topics,
        @Valid @NotNull Kafka kafka,
        @Valid @NotNull Lease lease,
        @Valid @NotNull Polling polling,
        @Valid @NotNull Memory memory,
        @Valid @NotNull Attempts attempts,
        @Valid @NotNull Retention retention) {

    /**
     * Holds the settings of the topics.
     *
     * @param template The name of a topic follows this template, with {@code {type}} for the aggregate type.
     * @param types The publisher checks the topics of these aggregate types from its start. It checks the topic of
     *     another type when it reads the first event of that type.
     * @param partitions Every topic must have this number of partitions. The publisher blocks a topic with another
     *     number. Never change it for a topic that has records, because it determines the partition of each key.
     * @param create The publisher creates absent topics if this is true. Otherwise it reports an absent topic, and the
     *     events of its type wait until somebody creates it.
     * @param replicationFactor The publisher creates topics with this replication factor; −1 selects the broker's
     *     default. A larger factor survives the loss of more brokers.
     */
    public record Topics(
            @Pattern(regexp = ".*\\{type}.*") String template,
            @NotNull List<String> types,
            @Min(1) int partitions,
            boolean create,
            @Min(-1) short replicationFactor) {}

    /**
     * Holds the timeouts and waits of the producer.
     *
     * @param maxBlock A call to send a record waits at most this long for metadata or for buffer memory. A longer wait
     *     lengthens the guard of a lease.
     * @param deliveryTimeout The producer gives up a send after this time, and the publisher retries the event. A
     *     longer time lengthens the guard of a lease and the wait of a graceful stop.
     * @param requestTimeout The producer retries a produce request that has no answer after this time. It must be at
     *     most the delivery timeout minus the linger time.
     * @param linger The producer waits this long for a fuller batch. A longer wait delays each event, and gains little
     *     because each poll already yields a batch.
     * @param maxBackoff The publisher waits at most this long between two attempts while the broker or a topic takes no
     *     records. A longer wait costs less load during an outage and delays the recovery.
     */
    public record Kafka(
            @NotNull Duration maxBlock,
            @NotNull Duration deliveryTimeout,
            @NotNull Duration requestTimeout,
            @NotNull Duration linger,
            @NotNull Duration maxBackoff) {}

    /**
     * Holds the settings of membership and trust.
     *
     * @param ttl A lease expires this long after its last renewal. A longer time tolerates longer outages of the
     *     database and delays the takeover of a killed instance's shards.
     * @param heartbeat A publisher writes its heartbeat and renews its leases once in this interval. A longer interval
     *     costs fewer statements and delays the rebalance of shards.
     * @param liveWithin A publisher counts as live while its heartbeat is at most this old. A longer time reserves the
     *     shares of a killed instance for longer.
     * @param clockOffset The clocks of two database nodes differ by at most this time. A larger offset lengthens the
     *     guard of a lease.
     * @param margin A pause of at most this length between the check of a lease and the send is harmless. A longer
     *     margin lengthens the guard of a lease.
     */
    public record Lease(
            @NotNull Duration ttl,
            @NotNull Duration heartbeat,
            @NotNull Duration liveWithin,
            @NotNull Duration clockOffset,
            @NotNull Duration margin) {}

    /**
     * Holds the settings of polls, sweeps and marks.
     *
     * @param interval The publisher waits this long after a poll that found no new rows. A longer interval costs fewer
     *     statements and delays events whose writer sends no wake-up.
     * @param idleInterval The wait between two polls grows up to this time while no events arrive. A longer time costs
     *     fewer statements and delays events whose writer sends no wake-up.
     * @param spacing The publisher waits at least this long from one poll to the next, except after a full page. A
     *     longer time collects more events in one poll under steady load and delays each of them.
     * @param markSpacing The publisher waits at least this long between two statements that mark events, unless marks
     *     for a quarter of a page are waiting. Fewer than 16 marks wait five times as long. A longer time costs fewer
     *     statements, and more events are repeated after a crash.
     * @param page One poll reads at most this number of rows, and one statement marks at most this number. More rows
     *     cost fewer round trips and longer statements.
     * @param slack Each poll starts this long before the newest row that the publisher has read. A longer time finds
     *     more late commits without a sweep and makes each poll read more rows again.
     * @param sweepInterval The publisher searches for late commits once in this interval. A longer interval costs fewer
     *     statements and delays the events of late commits.
     * @param sweepTimeout The database ends a sweep's statement after this time, in whole seconds. The publisher then
     *     postpones the sweep of the shard and continues its polls. A longer time delays the polls while a slow sweep
     *     runs.
     * @param deepSweepInterval The publisher reads the whole index of pending rows once in this interval. A longer
     *     interval costs fewer statements and delays events that no other read finds.
     * @param maxTransaction A writer's transaction lasts at most this long. A sweep starts this time, plus 5 s, before
     *     the previous sweep, so a longer time makes each sweep read more rows.
     */
    public record Polling(
            @NotNull Duration interval,
            @NotNull Duration idleInterval,
            @NotNull Duration spacing,
            @NotNull Duration markSpacing,
            @Min(64) int page,
            @NotNull Duration slack,
            @NotNull Duration sweepInterval,
            @NotNull Duration sweepTimeout,
            @NotNull Duration deepSweepInterval,
            @NotNull Duration maxTransaction) {}

    /**
     * Holds the bounds of the rows and aggregates in memory.
     *
     * @param rows The publisher reads no further rows while it has this number in memory. More rows need more memory.
     * @param followers The publisher leaves further followers in the table when it has this number in memory, and reads
     *     them again later by primary key. More followers need more memory and save such reads.
     * @param followersOfOne The publisher leaves further followers of one aggregate in the table when it has this
     *     number in memory, and reads them again later by primary key. A larger number lets one aggregate use more
     *     memory.
     * @param remembered The publisher stops reading a shard when it would have to remember more than this number of
     *     aggregates that are on hold or whose rows exceed the memory. A larger number keeps more shards readable
     *     during failures.
     * @param inFlightRows The publisher sends no further row while the broker has not answered for this number of rows.
     *     More rows in flight raise the throughput and the number of repeats after a crash.
     * @param inFlightBytes The publisher sends no further row while the rows in flight have about this number of bytes.
     *     More bytes raise the throughput for large events and need more memory.
     * @param acknowledgements The publisher keeps the last acknowledged version of this number of aggregates in memory.
     *     A larger number needs more memory and saves queries of predecessors.
     */
    public record Memory(
            @Min(64) int rows,
            @Min(1) int followers,
            @Min(1) int followersOfOne,
            @Min(1) int remembered,
            @Min(1) int inFlightRows,
            @Min(1024) long inFlightBytes,
            @Min(1) int acknowledgements) {}

    /**
     * Holds the settings of retries and dead letters.
     *
     * @param most The publisher dead-letters a row after this number of refused attempts. More attempts make a poison
     *     event delay its aggregate for longer.
     * @param first The publisher waits this long after the first refused attempt of a row; each further attempt doubles
     *     the wait.
     * @param longest The publisher waits at most this long between two attempts of a refused row. A longer wait delays
     *     the recovery of the row's aggregate.
     */
    public record Attempts(
            @Min(1) @Max(100) int most,
            @NotNull Duration first,
            @NotNull Duration longest) {}

    /**
     * Holds the settings of the deletion of processed rows.
     *
     * @param enabled The publisher deletes processed rows if this is true. Set it to false if the database deletes them
     *     by row-level TTL.
     * @param keep The publisher deletes a processed row this long after it was published. A longer time makes the table
     *     larger.
     * @param page One statement of the retention reads at most this number of rows. More rows cost fewer and longer
     *     statements.
     * @param pause The retention waits this long between two pages. A longer pause costs less load and makes a pass
     *     slower.
     * @param rest The retention waits this long after a pass over all owned shards. A longer wait costs less load and
     *     keeps expired rows for longer.
     */
    public record Retention(
            boolean enabled,
            @NotNull Duration keep,
            @Min(1) @Max(10_000) int page,
            @NotNull Duration pause,
            @NotNull Duration rest) {}

    /**
     * Returns the guard of a lease. A publisher starts a send only while more than this time remains, because a send
     * may take {@code maxBlock} and {@code deliveryTimeout}, the clocks may differ, and the process may pause after the
     * check.
     */
    Duration guard() {
        return kafka.maxBlock()
                .plus(kafka.deliveryTimeout())
                .plus(lease.clockOffset())
                .plus(lease.margin());
    }
}
