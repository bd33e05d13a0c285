package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Advances one partition of one generation batch by batch. After any exception the position is unknown, and the caller
 * must call {@link #recover()} before the next batch. Without a position, {@link #beginBatch}, {@link #hi()}, {@link
 * #done()} and {@link #leaderEpoch()} throw an {@link IllegalStateException}. Only one thread at a time may use an
 * instance.
 */
public final class PartitionJournal implements AutoCloseable {

    private final JournalKey key;
    private final FencedSessions sessions;
    private final PlanFactory planFactory;
    private final PlanApplier applier;
    private final Map<String, Supplier<MirrorState>> readAheadMirrors = new HashMap<>();
    private final MirrorCache cache;
    private final RecoveryMemory recoveryMemory;
    private @Nullable JournalPosition position;

    /**
     * Creates a journal without a position.
     *
     * @param memory the memory that all journals of this process share
     */
    public PartitionJournal(
            JournalKey key, FencedSessions sessions, DeadLetterSink deadLetters, Clock clock, JournalMemory memory) {
        this(
                key,
                sessions,
                deadLetters,
                new BatchPlanner(key.model(), clock),
                new MirrorCache(memory.mirrors()),
                memory.recoveries());
    }

    PartitionJournal(
            JournalKey key,
            FencedSessions sessions,
            DeadLetterSink deadLetters,
            PlanFactory planFactory,
            MirrorCache cache,
            RecoveryMemory recoveryMemory) {
        this.key = key;
        this.sessions = sessions;
        this.planFactory = planFactory;
        this.cache = cache;
        this.recoveryMemory = recoveryMemory;
        this.applier = new PlanApplier(deadLetters);
    }

    /**
     * Reads the journal and applies its plan again. Waits while other recoveries need the memory for plans.
     *
     * @return the offset at which the next batch begins
     * @throws IllegalStateException if the journal does not exist or its plan is damaged
     * @throws TemporaryRefusalException if MongoDB refuses a write of the plan now
     * @throws dev.studybuddy.projector.mongo.FencedSessionLostException if MongoDB does not execute a command
     */
    public long recover() {
        close();
        FencedSession session = sessions.open();
        try (RecoveryMemory.Reservation reservation = recoveryMemory.reserve()) {
            Document stored = read(session);
            reservation.shrinkTo(Journal.planBytes(stored));
            Journal journal = Journal.of(stored);
            if (journal.done() < journal.hi()) {
                DecidedPlan decided = new DecidedPlan(key, journal.plan(), journal.hi());
                applier.apply(session, List.of(decided));
                TemporaryRefusalException refusal = decided.refusal();
                if (refusal != null) {
                    throw refusal;
                }
            }
            position = new JournalPosition(
                    session, journal.hi(), journal.done(), Journal.formatOf(stored), Journal.leaderEpochOf(stored));
            return journal.hi();
        } finally {
            if (position == null) {
                session.close();
            }
        }
    }

    /** Returns the name of the collection that holds the journal. */
    public String collection() {
        return key.journalCollection();
    }

    /** Returns whether the position is unknown, so {@link #recover()} must come first. */
    public boolean needsRecovery() {
        return position == null;
    }

    /**
     * Begins a batch at the position of this journal. The caller must run the batch with a {@link BatchGroupRunner} or
     * close it. Until then, the position is unknown. If the batch is applied, {@link #hi()} returns its end. The batch
     * may take more records from the source than its plan contains. The source of the next batch must return these
     * records again.
     *
     * @param source the records in order of their offsets; not empty
     * @param leaderEpochs returns the leader epoch of the record at an offset, or empty if the broker did not state it
     */
    public PartitionBatch beginBatch(Iterator<DecodedRecord> source, LongFunction<Optional<Integer>> leaderEpochs) {
        JournalPosition from = knownPosition();
        PlanBuilder builder = planFactory.begin();
        position = null;
        return new PartitionBatch(this, from, source, builder, leaderEpochs, readAheadMirrors, cache);
    }

    /**
     * Ends a batch or an update of the position.
     *
     * @param from the position at which it began
     * @param reached the position after it, or null if it is unknown
     */
    void end(JournalPosition from, @Nullable JournalPosition reached) {
        position = reached;
        if (reached == null) {
            clearMirrors();
            from.session().close();
        }
    }

    /**
     * Records that every decided batch is applied. An idle partition needs this, so that no later recovery applies the
     * plan again, and so that a reader that waits for {@code done} can continue.
     */
    public void recordDone() {
        if (position != null) {
            recordDone(position.hi());
        }
    }

    /**
     * Records that every decided batch is applied and that no record lies between {@link #hi()} and a position. Control
     * records and records of aborted transactions have offsets too, but a consumer never receives them.
     *
     * @param end the position of the consumer; every record that it received before this offset is applied
     */
    public void recordDone(long end) {
        PositionUpdate update = beginUpdate(end);
        if (update != null) {
            write(update);
        }
    }

    private void write(PositionUpdate update) {
        try {
            FencedSession.Replacement replacement = update.replacement();
            if (update.session().replace(collection(), replacement.filter(), replacement.document())) {
                update.recordWritten();
            }
        } finally {
            update.end();
        }
    }

    /**
     * Begins the update that {@link #recordDone(long)} makes. Returns null if the stored journal needs none, or if this
     * journal has no position. The caller must end the update; until then the position is unknown.
     */
    @Nullable
    PositionUpdate beginUpdate(long end) {
        JournalPosition from = position;
        if (from == null || from.done() >= end) {
            return null;
        }
        if (end < from.hi()) {
            throw new IllegalStateException(key + ": the position " + end + " is before hi " + from.hi());
        }
        position = null;
        // The leader epoch of the records between hi and the end is unknown.
        Integer leaderEpoch = end == from.hi() ? from.leaderEpoch() : null;
        return new PositionUpdate(
                this, from, new JournalPosition(from.session(), end, end, from.format(), leaderEpoch));
    }

    /**
     * Returns the offset, exclusive, up to which this instance has applied every decided batch. The stored journal
     * holds this value as {@code done} already, or will hold it after the next decision.
     */
    public long hi() {
        return knownPosition().hi();
    }

    /** Returns the leader epoch of the last record before {@link #hi()}, or null if it is unknown. */
    public @Nullable Integer leaderEpoch() {
        return knownPosition().leaderEpoch();
    }

    /** Returns the done offset that the stored journal holds. */
    public long done() {
        return knownPosition().done();
    }

    @Override
    public void close() {
        clearMirrors();
        if (position != null) {
            position.session().close();
            position = null;
        }
    }

    JournalKey key() {
        return key;
    }

    /**
     * Removes the mirrors, because only a decision at the position at which they were read proves that they are still
     * current.
     */
    private void clearMirrors() {
        readAheadMirrors.clear();
        cache.clear();
    }

    private JournalPosition knownPosition() {
        JournalPosition current = position;
        if (current == null) {
            throw new IllegalStateException(key + ": recover() must read the journal first");
        }
        return current;
    }

    private Document read(FencedSession session) {
        List<Document> found = session.find(key.journalCollection(), List.of(key.journalId()));
        if (found.isEmpty()) {
            throw new IllegalStateException(key + " has no journal");
        }
        return found.getFirst();
    }
}
