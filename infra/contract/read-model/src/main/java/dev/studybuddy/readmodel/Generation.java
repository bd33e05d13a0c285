package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A generation is one build of a read model.
 *
 * @param number the number of the generation, which starts at 1 and is never used twice
 * @param projectionVersion the version of the projection that fills the generation; only instances that contain that
 *     version serve it
 * @param topics the origins of the topics that the generation reads, by topic name; they never change, even if a later
 *     version of the projection reads other topics
 * @param manual whether the generation waits for an operator to activate it
 * @param snapshotsRequired whether the generation must not become active before a backup has emitted every aggregate
 *     again, because its topics lack old records
 * @param switchedAt the time at which the generation last became, or ceased to be, the active one; null before that
 * @param end the way in which the generation ended or became unusable; null if the generation has neither ended nor
 *     been marked as broken; a generation that an activation removed from the list keeps null
 * @param reason the explanation of {@code end} for an operator; null while {@code end} is null
 */
public record Generation(
        int number,
        int projectionVersion,
        Map<String, TopicOrigin> topics,
        boolean manual,
        boolean snapshotsRequired,
        Instant startedAt,
        @Nullable Instant switchedAt,
        @Nullable End end,
        @Nullable String reason) {

    public Generation {
        topics = Map.copyOf(topics);
    }

    /** Creates a generation whose topics hold every record, so that it requires no snapshots. */
    public Generation(
            int number,
            int projectionVersion,
            Map<String, TopicOrigin> topics,
            boolean manual,
            Instant startedAt,
            @Nullable Instant switchedAt,
            @Nullable End end,
            @Nullable String reason) {
        this(number, projectionVersion, topics, manual, false, startedAt, switchedAt, end, reason);
    }

    /** An end states why a generation is no longer usable. */
    public enum End {
        /**
         * The generation can no longer become exact: its topics have changed, or a log was truncated or no longer holds
         * the records at the position of a journal.
         */
        BROKEN,
        /** The generation was aborted while it was building. */
        ABORTED,
        /** The generation was replaced, and its time as the previous one is over. */
        RETIRED
    }

    /**
     * Returns the types of the aggregates on the generation's topics. A topic of a type that only newer code can read
     * is skipped.
     */
    public Set<AggregateType> reads() {
        return topics.keySet().stream()
                .flatMap(topic -> AggregateType.ofTopic(topic).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns a copy with the time at which it last became, or ceased to be, the active one. */
    public Generation withSwitchedAt(Instant at) {
        return new Generation(number, projectionVersion, topics, manual, snapshotsRequired, startedAt, at, end, reason);
    }

    /**
     * Returns a copy with this end and its reason. The end {@link End#BROKEN} does not remove the generation from the
     * list.
     */
    public Generation withEnd(End newEnd, String newReason) {
        return new Generation(
                number, projectionVersion, topics, manual, snapshotsRequired, startedAt, switchedAt, newEnd, newReason);
    }
}
