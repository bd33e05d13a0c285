package dev.studybuddy.readmodel;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A generation is one build of a read model.
 *
 * @param number the number of the generation, which starts at 1 and is never used twice
 * @param projectionVersion the version of the projection that fills the generation; only instances of that version
 *     serve it
 * @param topics the origins of the topics, by topic name
 * @param manual whether the generation waits for an operator to activate it
 * @param switchedAt the time at which the generation last became, or ceased to be, the active one; null before that
 * @param end the way in which the generation ended or became unusable; null while it is usable
 * @param reason the explanation of {@code end} for an operator; null while {@code end} is null
 */
public record Generation(
        int number,
        int projectionVersion,
        Map<String, TopicOrigin> topics,
        boolean manual,
        Instant startedAt,
        @Nullable Instant switchedAt,
        @Nullable End end,
        @Nullable String reason) {

    public Generation {
        topics = Map.copyOf(topics);
    }

    /** An end states why a generation is no longer usable. */
    public enum End {
        /** The generation can no longer become exact, because its topics have changed. */
        BROKEN,
        /** The generation was aborted while it was building. */
        ABORTED,
        /** The generation was replaced, and its time as the previous one is over. */
        RETIRED
    }

    /** Returns a copy with the time of its last switch. */
    public Generation switchedAt(Instant at) {
        return new Generation(number, projectionVersion, topics, manual, startedAt, at, end, reason);
    }

    /** Returns a copy that has ended. */
    public Generation ended(End newEnd, String newReason) {
        return new Generation(number, projectionVersion, topics, manual, startedAt, switchedAt, newEnd, newReason);
    }
}
