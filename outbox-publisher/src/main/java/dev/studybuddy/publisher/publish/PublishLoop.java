package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.publish.PublishInbox.ArrivedOutcome;
import dev.studybuddy.publisher.publish.PublishInbox.ArrivedResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the publisher's rounds: collect, read, check, send, mark. One thread calls it: the program runs whole rounds,
 * and a simulation runs single steps. Each step executes a bounded number of statements and sends, and leaves a
 * consistent state if it throws an exception. A step waits only for its statements, for the backoff before the retry of
 * a read, and for the metadata and the buffer of the producer. Outcomes, results and wake-ups arrive in a {@link
 * PublishInbox} from any thread.
 */
public final class PublishLoop {

    private static final long STARTING_POINTS_INTERVAL_NANOS = 1_000_000_000L;
    /**
     * If the brokers answer no check of the topics either, a send without an answer for this time shows an outage. The
     * producer reports the send as failed only after its delivery timeout.
     */
    private static final long UNANSWERED_SEND_NANOS = 2_000_000_000L;

    private final MonotonicClock clock;
    private final ShardLeases leases;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final OutboxReader reader;
    private final BlockTransitions transitions;
    private final EventDispatcher dispatcher;
    private final Marker marker;
    private final EventSender sender;
    private final PublishInbox inbox;
    private final long longestWaitNanos;
    private volatile List<StartingPoint> startingPoints = List.of();
    private long nextStartingPointsNanos;
    private boolean roundFailed;
    private volatile State state =
            new State(0, 0, new UnmarkedRows(0, null), null, false, Map.of(), Map.of(), Set.of());

    /**
     * Holds the state of the loop after its last complete round, which health and metrics report.
     *
     * @param rows the number of rows in memory
     * @param deferred the number of deferred aggregates
     * @param unmarkedRows the rows whose mark or refused attempt the database does not accept
     * @param brokerFailure the reason of a send that failed or has had no answer for 2 s, if the broker has
     *     acknowledged nothing since and did not answer the last check of the topics; null otherwise
     * @param brokersReachable whether the brokers answered the last check of the topics; false before the first one
     * @param blockedTypes the reason of each topic that accepts no records, by aggregate type
     * @param blockedPartitions the reason of each partition that accepts no records, by aggregate type and number
     * @param pausedTypes the types that an operator paused; {@code *} stands for all types
     */
    public record State(
            int rows,
            int deferred,
            UnmarkedRows unmarkedRows,
            @Nullable String brokerFailure,
            boolean brokersReachable,
            Map<String, String> blockedTypes,
            Map<String, String> blockedPartitions,
            Set<String> pausedTypes) {}

    /**
     * This record describes the rows whose mark or refused attempt the database does not accept. They are retried alone.
     *
     * @param count the number of these rows
     * @param reason the reason why one of them was not accepted, or null if the count is 0
     */
    public record UnmarkedRows(int count, OutboxWriter.@Nullable Reason reason) {}

    /** Holds the tables, the sender, the writer and the listener that the loop uses. */
    public record Collaborators(
            OutboxQueries table,
            StartingPoints startingPoints,
            EventSender sender,
            OutboxWriter writer,
            PublishListener listener) {}

    /**
     * @param signal ends the wait of the publishing thread; any thread runs it when work arrives
     */
    public PublishLoop(
            PublishSettings settings,
            Collaborators collaborators,
            ShardLeases leases,
            MonotonicClock clock,
            Runnable signal) {
        this.clock = clock;
        this.leases = leases;
        this.inbox = new PublishInbox(signal);
        this.sender = collaborators.sender();
        this.nextStartingPointsNanos = clock.nanos();
        this.longestWaitNanos = settings.polling().idleInterval().toNanos();
        this.ordering = new Ordering(settings.memory().orderingBounds());
        this.destinations = new UnavailableDestinations(settings.backoff(), sender::partition);
        this.reader = new OutboxReader(
                settings,
                collaborators.table(),
                ordering,
                destinations,
                leases,
                collaborators.startingPoints(),
                clock,
                collaborators.listener());
        this.marker = new Marker(settings, collaborators.writer(), ordering, leases::serves, collaborators.listener());
        this.transitions = new BlockTransitions(ordering, destinations, leases, reader.cursors()::resume);
        this.dispatcher = new EventDispatcher(
                settings,
                collaborators.sender(),
                new EventDispatcher.SendConditions(ordering, destinations, leases, new ChainBackoffs()),
                transitions,
                marker,
                collaborators.listener());
    }

    /**
     * Runs one round. After a round that failed, the next one fails too unless the database answers a statement. A
     * round of an instance whose shards all drain would otherwise need no statement, and would count as a success.
     *
     * @return the time in nanoseconds for which no work is due unless the signal runs, or 0 if the next round is due at
     *     once
     */
    public long runRound() {
        boolean previousFailed = roundFailed;
        roundFailed = true;
        collect();
        boolean didWork = read();
        didWork |= check();
        didWork |= send();
        didWork |= mark();
        // In a quiet system, only events of a blocked partition may be pending, so nothing is acknowledged although the
        // other partitions accept records. A blocked partition therefore shows an outage only if the brokers did not
        // answer the last check of the topics.
        boolean brokersReachable = sender.areBrokersReachable();
        state = new State(
                ordering.size(),
                ordering.deferred().size(),
                marker.unmarkedRows(),
                brokersReachable ? null : outageReason(),
                brokersReachable,
                destinations.topicReasons(),
                destinations.partitionReasons(),
                destinations.paused().types());
        if (previousFailed) {
            reader.checkDatabase();
        }
        roundFailed = false;
        return didWork ? 0 : waitNanos();
    }

    private @Nullable String outageReason() {
        String reason = destinations.outageReason();
        return reason == null && longestSendNanos() > UNANSWERED_SEND_NANOS
                ? "the brokers have not answered a send for "
                        + Duration.ofNanos(longestSendNanos()).toSeconds() + " s"
                : reason;
    }

    /**
     * Applies the results, outcomes and wake-ups that arrived. The results of writes come first: a marked row leaves
     * memory here, and the next read finds it processed and does not return it again.
     */
    public void collect() {
        long nowNanos = clock.nanos();
        dispatcher.inFlight().recordRound(nowNanos);
        for (ArrivedResult next = inbox.pollResult(); next != null; next = inbox.pollResult()) {
            marker.applyResult(next.batch(), next.result(), nowNanos);
        }
        for (ArrivedOutcome next = inbox.pollOutcome(); next != null; next = inbox.pollOutcome()) {
            dispatcher.complete(next.row(), next.outcome(), inbox::addOutcome, nowNanos);
        }
        for (String type = inbox.pollTypeToRetry(); type != null; type = inbox.pollTypeToRetry()) {
            destinations.makeDue(type, nowNanos);
        }
        long shards = inbox.wokenShards();
        if (shards != 0) {
            reader.schedule().wake(nowNanos, shards);
        }
        reader.cursors().update(nowNanos, sender::blockReason);
        applyPauses(nowNanos);
        updateStartingPoints(nowNanos);
    }

    /** Removes the rows of newly paused types from memory, and reads those of resumed types again. */
    private void applyPauses(long nowNanos) {
        Set<String> requested = inbox.requestedPauses();
        if (requested.equals(destinations.paused().types())) {
            return;
        }
        destinations.pause(requested).forEach(reader.cursors()::resume);
        transitions.removePaused(nowNanos);
    }

    /**
     * Updates the starting points. While the broker accepts no records, they stay, because the rows in memory stay too.
     */
    private void updateStartingPoints(long nowNanos) {
        if (nowNanos - nextStartingPointsNanos >= 0 && destinations.outageReason() == null) {
            nextStartingPointsNanos = nowNanos + STARTING_POINTS_INTERVAL_NANOS;
            startingPoints = reader.cursors().startingPoints();
        }
    }

    /**
     * Returns the starting points that the next owners of the shards need. They are at most about a second old, unless
     * the broker is unavailable. Any thread may call this method.
     */
    public List<StartingPoint> startingPoints() {
        return startingPoints;
    }

    /**
     * Reads what is due: deferred aggregates, a poll of the due shards, and a page of the backlog or of a sweep of one
     * shard. It reads nothing while all types are paused, so that a backlog costs nothing then.
     *
     * @return whether a deferred aggregate was due, the poll found new rows, or a page was read
     */
    public boolean read() {
        if (destinations.paused().includesAll()) {
            return false;
        }
        long nowNanos = clock.nanos();
        boolean didRead = reader.deferred().read(nowNanos);
        long dueShards = reader.dueShards(nowNanos);
        // The bits are cleared before the poll, so that a wake-up that arrives during the poll triggers another one.
        inbox.clearWoken(dueShards);
        didRead |= reader.poll(nowNanos, dueShards);
        didRead |= reader.readNextPage(nowNanos);
        return didRead;
    }

    /**
     * Reads the unconfirmed predecessors, after the rows that need them were read, and returns whether any were
     * unconfirmed.
     */
    public boolean check() {
        return reader.predecessors().check(clock.nanos());
    }

    /** Sends the rows that are ready, and returns whether a row was sent. */
    public boolean send() {
        return dispatcher.send(clock, inbox::addOutcome);
    }

    /**
     * Submits the marks and failures that are due.
     *
     * @return whether a batch was submitted or a row received its dispatch outcome
     */
    public boolean mark() {
        return marker.submit(clock.nanos(), leases.hasDraining(), inbox::addResult);
    }

    /**
     * Records a wake-up for these shards, which have new rows, and ends the wait before the next round. It ignores
     * shards of other instances. Any thread may call this method.
     *
     * @param shardBits bit n is 1 if shard n has new rows
     */
    public void wake(long shardBits) {
        inbox.wake(shardBits & leases.ownedBits());
    }

    /**
     * Makes the events of a blocked type due, because its topic accepts records again. Any thread may call this method.
     */
    public void retryTopic(String aggregateType) {
        inbox.addTypeToRetry(aggregateType);
    }

    /**
     * Sets the types that an operator paused. The value {@link dev.studybuddy.outbox.OutboxPauses#ALL} stands for all
     * types. Sends that have begun end as usual. Any thread may call this method.
     */
    public void pause(Set<String> types) {
        inbox.requestPauses(types);
    }

    /**
     * Returns the time that the oldest send without an outcome has taken so far, in nanoseconds. It counts only time in
     * which rounds ran. The thread that runs the rounds calls it.
     */
    public long longestSendNanos() {
        return dispatcher.inFlight().longestNanos();
    }

    /** Returns the state after the last complete round, for health and metrics. Any thread may call this method. */
    public State state() {
        return state;
    }

    private long waitNanos() {
        if (inbox.hasArrivals()) {
            return 0;
        }
        long nowNanos = clock.nanos();
        // This limit bounds the wait, because a lease may be trusted again without a signal.
        long waitNanos = longestWaitNanos;
        Long nextReadNanos = destinations.paused().includesAll() ? null : reader.nextNanos(nowNanos);
        Long[] times = {nextReadNanos, destinations.nextNanos(), marker.nextNanos(nowNanos)};
        for (Long time : times) {
            waitNanos = time == null ? waitNanos : Math.min(waitNanos, Math.max(0, time - nowNanos));
        }
        return waitNanos;
    }
}
