package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Holds the partitions that wait for one kind of reason, and publishes for how long each of them has waited. Several
 * threads may use an instance.
 *
 * @param <R> the reason of a wait, which is immutable
 */
final class PartitionWaits<R> {

    private static final double MILLIS_PER_SECOND = 1000;

    private final MultiGauge gauge;
    private final Function<R, Tags> tagsOf;
    private final MonotonicClock clock;
    private final Map<GenerationPartition, Entry<R>> entries = new ConcurrentHashMap<>();

    private record Entry<R>(R reason, long sinceNanos) {}

    /** This record holds a wait of a partition with its reason and its present duration. */
    record Wait<R>(GenerationPartition partition, R reason, Duration duration) {}

    /**
     * Creates an instance without waits.
     *
     * @param gauge shows the duration of each wait in seconds
     * @param tagsOf returns the tags of a reason, which follow the tags of the generation and the partition
     */
    PartitionWaits(MultiGauge gauge, Function<R, Tags> tagsOf, MonotonicClock clock) {
        this.gauge = gauge;
        this.tagsOf = tagsOf;
        this.clock = clock;
    }

    /**
     * Records that a partition waits, and replaces the reason of an earlier call.
     *
     * @param continues returns whether a wait for the earlier reason continues, so that its duration counts too
     */
    void record(GenerationPartition partition, R reason, Predicate<R> continues) {
        entries.compute(partition, (any, before) -> {
            boolean isSameWait = before != null && continues.test(before.reason());
            return new Entry<>(reason, isSameWait ? before.sinceNanos() : clock.nanos());
        });
        publish();
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(GenerationPartition partition) {
        if (entries.remove(partition) != null) {
            publish();
        }
    }

    /** Records that a partition no longer waits, if the reason of its wait has ended. */
    void clearIf(GenerationPartition partition, Predicate<R> hasEnded) {
        Entry<R> entry = entries.get(partition);
        if (entry != null && hasEnded.test(entry.reason()) && entries.remove(partition, entry)) {
            publish();
        }
    }

    /** Returns whether a partition waits. */
    boolean contains(GenerationPartition partition) {
        return entries.containsKey(partition);
    }

    /** Returns whether no partition waits. */
    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns all waits in no particular order. */
    List<Wait<R>> list() {
        return entries.entrySet().stream()
                .map(entry -> new Wait<>(entry.getKey(), entry.getValue().reason(), duration(entry.getValue())))
                .toList();
    }

    /**
     * Returns a sorted text for each wait.
     *
     * @param rest returns the part of the text that follows the partition and the duration
     */
    List<String> describe(Function<R, String> rest) {
        return list().stream()
                .map(wait -> wait.partition().partition() + " of "
                        + wait.partition().generation() + " has waited "
                        + wait.duration().toSeconds() + " s" + rest.apply(wait.reason()))
                .sorted()
                .toList();
    }

    private Duration duration(Entry<R> entry) {
        return Duration.ofNanos(clock.nanos() - entry.sinceNanos());
    }

    private synchronized void publish() {
        gauge.register(
                entries.entrySet().stream()
                        .map(entry -> Row.of(
                                Tags.of(
                                                "generation",
                                                entry.getKey().generation(),
                                                "partition",
                                                entry.getKey().partition().toString())
                                        .and(tagsOf.apply(entry.getValue().reason())),
                                entry.getValue(),
                                wait -> duration(wait).toMillis() / MILLIS_PER_SECOND))
                        .toList(),
                true);
    }
}
