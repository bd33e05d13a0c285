package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Instant;
import java.util.function.Function;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** A decoded record of a partition is an event, or a dead letter if the record is unreadable. */
public sealed interface DecodedRecord {

    /** Returns the record's offset in its partition. */
    long offset();

    /**
     * Returns the estimated size of the record in memory in bytes. It bounds the chunks of a batch and the records that
     * a task retains.
     */
    int sizeBytes();

    /** Returns the time at which the event was written, or null if its header has no valid time. */
    @Nullable
    Instant writtenAt();

    /**
     * This record holds a valid event.
     *
     * @param state the aggregate's state, from which the sums are computed
     * @param body the aggregate's state as the mirror stores it, without the fields that the mirror adds; only the id
     *     if the aggregate is deleted
     * @param toDeadLetter the function that makes the record a dead letter if it cannot be planned
     */
    record Event(
            long offset,
            int sizeBytes,
            Instant writtenAt,
            AggregateState state,
            RawBsonDocument body,
            Function<PlanFailure, DeadLetter> toDeadLetter)
            implements DecodedRecord {}

    /** This type holds the dead letter of a record that cannot be decoded. */
    record Unreadable(long offset, int sizeBytes, @Nullable Instant writtenAt, DeadLetter deadLetter)
            implements DecodedRecord {}
}
