package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.readmodel.DeadLetter;

/** Describes why a dead letter cannot be replayed or discarded. */
final class DeadLetterProblems {

    private DeadLetterProblems() {}

    /** Returns the 409 problem for a dead letter that is not open. */
    static RuntimeException notOpen() {
        return Problem.conflict(
                        "dead-letter-not-open",
                        "Dead letter not open",
                        "This dead letter was already replayed or discarded. Only an open dead letter can be replayed"
                                + " or discarded.")
                .toException();
    }

    /** Returns the 409 problem for a dead letter whose record Kafka or its client refuses until a limit changes. */
    static RuntimeException rejected(String refusal) {
        return Problem.conflict(
                        "dead-letter-rejected",
                        "Kafka refuses the dead letter",
                        "With the present limits, Kafka or its client refuses this record, so the dead letter stays"
                                + " open: " + refusal + " Change the limit that the reason names and repeat the"
                                + " replay, or discard the dead letter.")
                .toException();
    }

    /** Returns the 409 problem for a dead letter whose content was erased. */
    static RuntimeException erased() {
        return Problem.conflict(
                        "dead-letter-erased",
                        "Dead letter erased",
                        "The content of this dead letter was erased, because its aggregate was deleted. The dead"
                                + " letter can only be discarded.")
                .toException();
    }

    /** Returns the 409 problem for a dead letter without a value to replay. */
    static RuntimeException valueOmitted(DeadLetter deadLetter) {
        if (deadLetter.isErased()) {
            return erased();
        }
        return Problem.conflict(
                        "dead-letter-value-omitted",
                        "Dead letter without its value",
                        "The value of this record has " + deadLetter.omittedValueBytes() + " bytes and was not stored,"
                                + " because it is too large or because MongoDB refused it. This dead letter cannot be"
                                + " replayed. The record is still on topic " + deadLetter.topic() + ", partition "
                                + deadLetter.partition() + ", offset "
                                + deadLetter.offset()
                                + ". Send a record that can be stored, then discard this dead letter.")
                .toException();
    }
}
