package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's round: collect, read, check, send, mark. One thread drives it, by whole rounds or, in a simulation,
 * step by step: each step makes at most a few statements or sends, never waits, and leaves a consistent state where it
 * throws. Outcomes, results and wake-ups come from any thread.
 */
public final class PublishLoop {

    /** Statements of one step for aggregates that were held or overflowed, so that a poll is never far. */
    private static final int REMEMBERED_AT_ONCE = 32;

    private final LongSupplier nanos;
    private final ShardLeases leases;
    private final Ordering ordering;
    private final TopicBlocks blocks;
    private final BrokerBreaker breaker;
    private final Reading reading;
    private final Sending sending;
    private final Marking marking;
    private final EventSender sender;
    private final Runnable signal;
    private final long longestWait;
    // Bounded by what is in flight: each row in flight gives one.
    private final Queue<Landed> landed = new ConcurrentLinkedQueue<>();
    private final Queue<Written> written = new ConcurrentLinkedQueue<>();
    // Bounded by the types that were ever blocked, and a check interval for each.
    private final Queue<String> opened = new ConcurrentLinkedQueue<>();
    private final AtomicLong woken = new AtomicLong();
    private volatile State state = new State(0, 0, null, Map.of());

    private record Landed(OutboxRow row, SendOutcome outcome) {}

    private record Written(Writes.Batch batch, Writes.Result result) {}

    /**
     * What the loop's owner may show.
     *
     * @param rows rows in memory
     * @param remembered aggregates held or overflowing
     * @param brokerAway why nothing is sent; null when the broker is well
     * @param blockedTypes why, by aggregate type
     */
    public record State(int rows, int remembered, @Nullable String brokerAway, Map<String, String> blockedTypes) {}

    /** What the loop reads, sends to, and writes. */
    public record Ports(OutboxTable table, EventSender sender, Writes writes, PublishListener listener) {}

    /**
     * @param signal called from any thread when there is something to do before the wait is over
     */
    public PublishLoop(PublishSettings settings, Ports ports, ShardLeases leases, LongSupplier nanos, Runnable signal) {
        this.nanos = nanos;
        this.leases = leases;
        this.signal = signal;
        this.sender = ports.sender();
        this.longestWait = settings.polling().idleInterval().toNanos();
        this.ordering = new Ordering(settings.memory());
        this.blocks = new TopicBlocks(settings.backoff());
        this.breaker = new BrokerBreaker(settings.backoff());
        this.reading = new Reading(settings, ports.table(), ordering, blocks, leases, ports.listener());
        this.marking = new Marking(settings, ports.writes(), ordering, leases, ports.listener());
        this.sending =
                new Sending(settings, ports.sender(), new Sending.Gates(ordering, blocks, breaker, leases), marking);
    }

    /**
     * One round.
     *
     * @return how long nothing is to be done unless the signal comes, nanoseconds; 0 for go on
     */
    public long round() {
        collect();
        boolean busy = read();
        busy |= check();
        busy |= send();
        busy |= mark();
        state = new State(ordering.size(), ordering.remembered().size(), breaker.reason(), blocks.reasons());
        return busy ? 0 : untilNext();
    }

    /** Takes in what came back: marks first, so that every later read sees them. */
    public void collect() {
        long now = nanos.getAsLong();
        for (Written next = written.poll(); next != null; next = written.poll()) {
            marking.written(next.batch(), next.result(), now);
        }
        for (Landed next = landed.poll(); next != null; next = landed.poll()) {
            sending.landed(next.row(), next.outcome(), this::landed, now);
        }
        for (String type = opened.poll(); type != null; type = opened.poll()) {
            blocks.opened(type, now);
        }
        long shards = woken.get();
        if (shards != 0) {
            reading.times().woken(now, shards);
        }
        reading.cursors().follow(now, sender::stillBlocked);
    }

    /** Reads what is due: what was remembered, a poll of all shards, a page of one that catches up or is swept. */
    public boolean read() {
        long now = nanos.getAsLong();
        boolean news = false;
        for (int n = 0; n < REMEMBERED_AT_ONCE && reading.readRemembered(now); n++) {
            news = true;
        }
        long due = reading.due(now);
        // Before the poll, so that what is told of meanwhile is polled for again.
        woken.getAndUpdate(shards -> shards & ~due);
        news |= reading.poll(now, due);
        news |= reading.walk(now);
        return news;
    }

    /** Looks the unknown predecessors up, after the rows that need them were read. */
    public boolean check() {
        return reading.check(nanos.getAsLong());
    }

    /** Sends what may go. */
    public boolean send() {
        return sending.send(nanos, this::landed);
    }

    /** Hands over what is to be written. */
    public boolean mark() {
        return marking.submit(nanos.getAsLong(), leases.anyDraining(), (batch, result) -> {
            written.add(new Written(batch, result));
            signal.run();
        });
    }

    private void landed(OutboxRow row, SendOutcome outcome) {
        landed.add(new Landed(row, outcome));
        signal.run();
    }

    /** Something new was committed in these shards; those that are others' don't matter. From any thread. */
    public void wake(long shardBits) {
        long mine = shardBits & leases.ownedBits();
        // Where some were told of before, and not polled yet, the loop knows when to poll.
        if (mine != 0 && woken.getAndAccumulate(mine, (a, b) -> a | b) == 0) {
            signal.run();
        }
    }

    /** A blocked topic was put right; from any thread. */
    public void topicOpened(String aggregateType) {
        opened.add(aggregateType);
        signal.run();
    }

    /** Nothing is in flight, to be marked, or being marked. */
    public boolean quiet() {
        return sending.inFlight() == 0 && marking.idle() && landed.isEmpty() && written.isEmpty();
    }

    /** A snapshot for health and metrics; from any thread. */
    public State state() {
        return state;
    }

    private long untilNext() {
        if (!landed.isEmpty() || !written.isEmpty()) {
            return 0;
        }
        long now = nanos.getAsLong();
        // Never longer: a lease may be trusted again without a signal.
        long wait = longestWait;
        Long[] times = {reading.nextNanos(now), breaker.nextNanos(), blocks.nextNanos(), marking.nextNanos()};
        for (Long time : times) {
            wait = time == null ? wait : Math.min(wait, Math.max(0, time - now));
        }
        return wait;
    }
}
