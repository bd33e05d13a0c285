package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Instant;
import java.util.function.Function;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** One record of a partition, as far as it could be read. */
public sealed interface Entry {

    /** Its place in the partition. */
    long offset();

    /** About how much it adds to a plan, bytes. */
    int size();

    /** When the event was written; null where its header doesn't say. */
    @Nullable
    Instant written();

    /**
     * An event.
     *
     * @param state what it says, for the sums
     * @param body what it says, for the mirror: see {@link StateDocuments#mirrored}
     * @param deadLetter the record as a dead letter, should it turn out that it can't be planned
     */
    record Event(
            long offset,
            int size,
            Instant written,
            AggregateState state,
            RawBsonDocument body,
            Function<Unplannable, DeadLetter> deadLetter)
            implements Entry {}

    /** A record that can't be read. */
    record Unreadable(long offset, int size, @Nullable Instant written, DeadLetter deadLetter) implements Entry {}
}
