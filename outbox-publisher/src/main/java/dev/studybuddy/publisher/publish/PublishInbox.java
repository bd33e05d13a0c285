package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds what other threads pass to the publishing thread: outcomes of sends, results of writes, wake-ups, unblocked
 * types and requested pauses. Any thread may add to it, and an addition runs the signal; a wake-up does so only if no
 * shard was woken before. Only the publishing thread polls the inbox and clears wake-ups.
 */
final class PublishInbox {

    private final Runnable signal;
    // Each row in flight gives one outcome, which bounds this queue.
    private final Queue<ArrivedOutcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Queue<ArrivedResult> results = new ConcurrentLinkedQueue<>();
    // Each type that was ever blocked adds at most one entry per check interval, which bounds this queue.
    private final Queue<String> typesToRetry = new ConcurrentLinkedQueue<>();
    private final AtomicLong wokenShards = new AtomicLong();
    private volatile Set<String> requestedPauses = Set.of();

    /** This outcome of a send arrived and is not applied yet. */
    record ArrivedOutcome(OutboxRow row, SendOutcome outcome) {}

    /** This result of a write arrived and is not applied yet. */
    record ArrivedResult(OutboxWriter.Batch batch, OutboxWriter.Result result) {}

    /**
     * Creates an empty inbox.
     *
     * @param signal ends the wait of the publishing thread; it runs after an addition, on the thread that adds
     */
    PublishInbox(Runnable signal) {
        this.signal = signal;
    }

    void addOutcome(OutboxRow row, SendOutcome outcome) {
        outcomes.add(new ArrivedOutcome(row, outcome));
        signal.run();
    }

    void addResult(OutboxWriter.Batch batch, OutboxWriter.Result result) {
        results.add(new ArrivedResult(batch, result));
        signal.run();
    }

    /** Adds a type whose topic accepts records again. */
    void addTypeToRetry(String aggregateType) {
        typesToRetry.add(aggregateType);
        signal.run();
    }

    /**
     * Adds a wake-up for these owned shards. It runs the signal only if no shard was woken before.
     *
     * @param ownedBits one bit for each shard; 0 changes nothing
     */
    void wake(long ownedBits) {
        // If bits were already set, a poll is scheduled; a second signal would only cost a round without work.
        if (ownedBits != 0 && wokenShards.getAndAccumulate(ownedBits, (a, b) -> a | b) == 0) {
            signal.run();
        }
    }

    /** Replaces the types that an operator paused. */
    void requestPauses(Set<String> types) {
        requestedPauses = Set.copyOf(types);
        signal.run();
    }

    /** Removes and returns the outcome that arrived first, or returns null if there is none. */
    @Nullable
    ArrivedOutcome pollOutcome() {
        return outcomes.poll();
    }

    /** Removes and returns the result that arrived first, or returns null if there is none. */
    @Nullable
    ArrivedResult pollResult() {
        return results.poll();
    }

    /** Removes and returns the type that was added first, or returns null if there is none. */
    @Nullable
    String pollTypeToRetry() {
        return typesToRetry.poll();
    }

    /** Returns whether an outcome or a result waits for the next round. */
    boolean hasArrivals() {
        return !outcomes.isEmpty() || !results.isEmpty();
    }

    /** Returns one bit for each shard that was woken and not cleared since. */
    long wokenShards() {
        return wokenShards.get();
    }

    /** Clears the wake-ups of these shards. The others stay. */
    void clearWoken(long shardBits) {
        wokenShards.getAndUpdate(shards -> shards & ~shardBits);
    }

    /** Returns the types that an operator paused, as they were requested last. */
    Set<String> requestedPauses() {
        return requestedPauses;
    }
}
