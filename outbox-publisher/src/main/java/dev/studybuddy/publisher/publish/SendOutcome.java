package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.Nullable;

/** An outcome states how a send ended. */
public sealed interface SendOutcome {

    /**
     * The record is on the topic, and all in-sync replicas have it.
     *
     * @param offset the offset of the record, or {@link #NO_OFFSET} if the broker did not return it
     */
    record Acknowledged(int partition, long offset) implements SendOutcome {}

    /** The broker returns no offset when it acknowledges a record that it already has. */
    long NO_OFFSET = -1;

    /**
     * This partition accepts no records now, because its leader is unreachable or too few replicas are in sync. The
     * record may still arrive.
     */
    record PartitionUnavailable(String reason) implements SendOutcome {}

    /**
     * This topic cannot accept records, because it is absent, not authorised, or has another partition count. Other
     * topics can.
     */
    record TopicBlocked(String reason) implements SendOutcome {}

    /** The publisher did not send the record, because it has not checked the topic yet. */
    record TopicUnchecked(String reason) implements SendOutcome {}

    /**
     * This record cannot be accepted as it is, because it is too large or invalid. The reason has a bounded length and
     * no character that a database refuses, whatever the row contains, because the row and the dead letter state it.
     */
    record Refused(String reason) implements SendOutcome {

        private static final int MAX_REASON_CHARS = 500;

        public Refused {
            reason = reason.codePoints()
                    .limit(MAX_REASON_CHARS)
                    .map(point -> Character.isISOControl(point) || isSurrogate(point) ? '?' : point)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private static boolean isSurrogate(int point) {
            return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        }
    }

    /**
     * The broker did not evaluate this record, because it refused another record of the producer batch. This record is
     * not on the topic.
     */
    record NotEvaluated() implements SendOutcome {}

    /**
     * The producer session ended before this record was acknowledged. The record may be on the topic, or it may still
     * arrive.
     *
     * @param cause the fault of this record that ended the session, or null if another record ended it
     */
    record SessionEnded(@Nullable SendOutcome cause) implements SendOutcome {}
}
