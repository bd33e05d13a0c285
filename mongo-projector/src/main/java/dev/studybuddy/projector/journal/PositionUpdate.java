package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;

/** A position update records a position of a partition in its journal. It decides no batch. */
final class PositionUpdate {

    private final PartitionJournal journal;
    private final JournalPosition from;
    private final JournalPosition reached;
    private boolean written;

    /**
     * Creates an update.
     *
     * @param from the present position of the journal
     * @param reached the position that the update records
     */
    PositionUpdate(PartitionJournal journal, JournalPosition from, JournalPosition reached) {
        this.journal = journal;
        this.from = from;
        this.reached = reached;
    }

    FencedSession session() {
        return from.session();
    }

    String collection() {
        return journal.collection();
    }

    /** Returns the replacement of the journal, which depends on the position at which the update began. */
    FencedSession.Replacement replacement() {
        JournalKey key = journal.key();
        return new FencedSession.Replacement(
                key.journalFilter(from.hi()),
                new Journal(reached.hi(), reached.done(), Plan.EMPTY)
                        .toDocument(key.journalId(), from.format(), reached.leaderEpoch()));
    }

    /** Records that the journal was at the position at which the update began, and now holds the new one. */
    void recordWritten() {
        written = true;
    }

    /**
     * Sets the new position of the journal, or removes the old one if the stored journal possibly lacks the new one.
     */
    void end() {
        journal.end(from, written ? reached : null);
    }
}
