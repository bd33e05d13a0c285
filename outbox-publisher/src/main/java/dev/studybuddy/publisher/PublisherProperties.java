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
 * Every setting of the publisher; the defaults stand in {@code application.yaml}.
 *
 * @param source what {@code ce_source} says
 * @param wakeUpAddress the local address that wake-ups reach and that the heartbeat tells; its port is chosen
 * @param statementTimeout at which the server ends a statement
 * @param pendingAgeInterval how often the oldest pending event of each owned shard is looked at, for its gauge
 * @param topics which topics, and what they must be like
 * @param kafka the producer's times
 * @param lease membership and trust
 * @param polling when and how much is read
 * @param memory how much is kept
 * @param attempts what a refused record leads to
 * @param retention when processed rows go
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
     * Which topics, and what they must be like.
     *
     * @param template the topic's name, with {@code {type}} for the aggregate type
     * @param types aggregate types whose topics are looked after from the start; others are when they are met
     * @param partitions how many each topic has
     * @param create whether absent ones are made
     * @param replicationFactor of those that are made; −1 for the broker's default
     */
    public record Topics(
            @Pattern(regexp = ".*\\{type}.*") String template,
            @NotNull List<String> types,
            @Min(1) int partitions,
            boolean create,
            @Min(-1) short replicationFactor) {}

    /**
     * The producer's times.
     *
     * @param maxBlock longest wait of a send call for metadata or memory
     * @param deliveryTimeout at which a send is given up
     * @param requestTimeout at which one request is
     * @param linger wait for a fuller batch
     * @param maxBackoff longest wait between tries while the broker or a topic can't take records
     */
    public record Kafka(
            @NotNull Duration maxBlock,
            @NotNull Duration deliveryTimeout,
            @NotNull Duration requestTimeout,
            @NotNull Duration linger,
            @NotNull Duration maxBackoff) {}

    /**
     * Membership and trust.
     *
     * @param ttl how long a lease lasts without renewal
     * @param heartbeat how often leases are renewed
     * @param liveWithin how recent a heartbeat makes an instance live
     * @param clockOffset most that two database nodes' clocks differ
     * @param margin pauses between the check and the send that are covered
     */
    public record Lease(
            @NotNull Duration ttl,
            @NotNull Duration heartbeat,
            @NotNull Duration liveWithin,
            @NotNull Duration clockOffset,
            @NotNull Duration margin) {}

    /**
     * When and how much is read.
     *
     * @param interval wait after a poll without new rows
     * @param idleInterval the longest such wait
     * @param spacing the shortest time from a poll to the next one, but after a full page
     * @param markSpacing the shortest time between two statements that mark, but for a quarter of a page; few marks wait longer
     * @param page rows of one round trip
     * @param slack how far behind the newest row each poll begins
     * @param sweepInterval how often late commits are looked for
     * @param sweepTimeout at which a sweep's statement is ended, whole seconds; the shard's polls go on
     * @param deepSweepInterval how often the whole pending index is walked
     * @param maxTransaction the longest that a writer's transaction may last
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
     * How much is kept.
     *
     * @param rows rows in memory, at which reading stops
     * @param followers rows behind another of their aggregate, at which further ones are remembered only
     * @param followersOfOne the same for one aggregate
     * @param remembered aggregates remembered, at which a shard's reading stops
     * @param inFlightRows rows handed to the broker and not answered
     * @param inFlightBytes about how many bytes these may have
     * @param acknowledgements aggregates whose last version is kept in memory
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
     * What a refused record leads to.
     *
     * @param most refused attempts, at which a row is dead-lettered
     * @param first wait after the first; it doubles
     * @param longest bound of that wait
     */
    public record Attempts(
            @Min(1) @Max(100) int most,
            @NotNull Duration first,
            @NotNull Duration longest) {}

    /**
     * When processed rows go.
     *
     * @param enabled off where the database deletes by itself
     * @param keep how long processed rows stay
     * @param page rows looked at in one statement
     * @param pause between two pages
     * @param rest between two walks
     */
    public record Retention(
            boolean enabled,
            @NotNull Duration keep,
            @Min(1) @Max(10_000) int page,
            @NotNull Duration pause,
            @NotNull Duration rest) {}

    /** A send is begun only while more than this remains of the lease: all that a send may take, and how wrong clocks are. */
    Duration guard() {
        return kafka.maxBlock()
                .plus(kafka.deliveryTimeout())
                .plus(lease.clockOffset())
                .plus(lease.margin());
    }
}
