package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.DeadLetter;
import java.util.function.Function;
import org.bson.Document;

/** One record of a partition, as far as it could be read. */
public sealed interface Entry {

    /** Its place in the partition. */
    long offset();

    /** About how much it adds to a plan, bytes. */
    int size();

    /**
     * An event.
     *
     * @param state what it says, for the sums
     * @param body what it says, as it stood in the record, for the mirror
     * @param deadLetter the record as a dead letter, should it turn out that it can't be planned
     */
    record Event(
            long offset, int size, AggregateState state, Document body, Function<Unplannable, DeadLetter> deadLetter)
            implements Entry {}

    /** A record that can't be read. */
    record Unreadable(long offset, int size, DeadLetter deadLetter) implements Entry {}
}
