package dev.studybuddy.readmodel;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One build of a read model.
 *
 * @param number from 1, never used twice
 * @param projectionVersion the version of the function that fills it; only instances of that version serve it
 * @param topics by topic name
 * @param manual whether it waits for somebody to activate it
 * @param switchedAt when it last became, or ceased to be, the active one; null before
 * @param end why it ended or can't be used; null while it is well
 * @param reason what to tell an operator about {@code end}
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

    /** Why a generation is not one that builds or serves. */
    public enum End {
        /** It can't be exact any more: its topics are not what they were. */
        BROKEN,
        /** Given up while building. */
        ABORTED,
        /** Replaced, and its time as the previous one is over. */
        RETIRED
    }

    public Generation switchedAt(Instant at) {
        return new Generation(number, projectionVersion, topics, manual, startedAt, at, end, reason);
    }

    public Generation ended(End how, String why) {
        return new Generation(number, projectionVersion, topics, manual, startedAt, switchedAt, how, why);
    }
}
