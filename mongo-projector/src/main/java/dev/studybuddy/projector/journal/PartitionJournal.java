package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.readmodel.JournalFields;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Advances one partition of one generation batch by batch. After any exception the position is unknown, and the caller
 * must call {@link #recover()} before the next batch. Only one thread at a time may use an instance.
 */
public final class PartitionJournal implements AutoCloseable {

    /**
     * This limit on the size of a plan is far below MongoDB's 16 MB for a document, because the size of a plan is an
     * estimate.
     */
    private static final long MAX_PLAN_BYTES = 10_000_000;

    private final JournalKey key;
    private final FencedSessions sessions;
    private final PlanFactory planFactory;
    private final PlanApplier applier;
    private @Nullable Position position;

    /** Creates a journal without a position. */
    public PartitionJournal(JournalKey key, FencedSessions sessions, DeadLetterSink deadLetters, Clock clock) {
        this(key, sessions, deadLetters, new BatchPlanner(key.model(), key.type(), clock));
    }

    PartitionJournal(JournalKey key, FencedSessions sessions, DeadLetterSink deadLetters, PlanFactory planFactory) {
        this.key = key;
        this.sessions = sessions;
        this.planFactory = planFactory;
        this.applier = new PlanApplier(key, deadLetters);
    }

    /**
     * A position states how far this instance has applied the partition.
     *
     * @param session the session on which the position was read
     * @param hi the offset up to which this instance has applied batches, exclusive
     * @param done the done offset that the stored journal holds
     * @param format the format of the stored journal
     */
    private record Position(FencedSession session, long hi, long done, PlanFormat format) {}

    /**
     * Reads the journal and applies its plan again.
     *
     * @return the offset at which the next batch begins
     * @throws IllegalStateException if there is no journal
     */
    public long recover() {
        close();
        FencedSession session = sessions.open();
        try {
            Document stored = read(session);
            Journal journal = Journal.of(stored);
            if (journal.done() < journal.hi()) {
                applier.apply(session, journal.plan(), journal.hi());
            }
            position = new Position(session, journal.hi(), journal.done(), Journal.formatOf(stored));
            return journal.hi();
        } finally {
            if (position == null) {
                session.close();
            }
        }
    }

    /** Returns whether the position is unknown, so that {@link #recover()} must come first. */
    public boolean needsRecovery() {
        return position == null;
    }

    /**
     * Plans, decides and applies a batch that begins at the position of this journal. If the plan of the whole batch is
     * too large, it takes only the first part of the batch; {@link #hi()} then returns the end of that part.
     *
     * @param records the records of the batch in order of their offsets; not empty
     * @return false if another instance decided a batch; then this call wrote nothing, and the position is unknown
     */
    public boolean advance(List<DecodedRecord> records) {
        Position from = position;
        if (from == null) {
            throw new IllegalStateException(key + ": recover() must read the journal first");
        }
        if (records.getFirst().offset() < from.hi()) {
            throw new IllegalStateException(
                    key + ": the batch begins at " + records.getFirst().offset() + ", before hi " + from.hi());
        }
        position = null;
        boolean applied = false;
        try {
            Map<String, Document> mirrors = readMirrors(from.session(), records);
            List<DecodedRecord> batch = records;
            Plan plan = planFactory.plan(batch, mirrors);
            while (batch.size() > 1 && estimateBytes(batch, plan) > MAX_PLAN_BYTES) {
                batch = batch.subList(0, batch.size() / 2);
                plan = planFactory.plan(batch, mirrors);
            }
            long hi = batch.getLast().offset() + 1;
            Document next = new Journal(hi, from.hi(), plan).toDocument(key.journalId(), from.format());
            if (!from.session().replace(key.journalCollection(), filterAt(from.hi()), next)) {
                return false;
            }
            applier.apply(from.session(), plan, hi);
            position = new Position(from.session(), hi, from.hi(), from.format());
            applied = true;
            return true;
        } finally {
            if (!applied) {
                from.session().close();
            }
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
        Position from = position;
        if (from == null || from.done() >= end) {
            return;
        }
        if (end < from.hi()) {
            throw new IllegalStateException(key + ": the position " + end + " is before hi " + from.hi());
        }
        position = null;
        Document settled = new Journal(end, end, Plan.EMPTY).toDocument(key.journalId(), from.format());
        boolean written = false;
        try {
            written = from.session().replace(key.journalCollection(), filterAt(from.hi()), settled);
            if (written) {
                position = new Position(from.session(), end, end, from.format());
            }
        } finally {
            if (!written) {
                from.session().close();
            }
        }
    }

    /**
     * Returns the offset up to which every batch is decided and this instance has applied it, exclusive. The stored
     * journal holds the value as {@code done} either already or after the next decision.
     */
    public long hi() {
        Position current = position;
        if (current == null) {
            throw new IllegalStateException(key + ": recover() must read the journal first");
        }
        return current.hi();
    }

    /** Returns the done offset that the stored journal holds. */
    public long done() {
        Position current = position;
        if (current == null) {
            throw new IllegalStateException(key + ": recover() must read the journal first");
        }
        return current.done();
    }

    @Override
    public void close() {
        if (position != null) {
            position.session().close();
            position = null;
        }
    }

    private Document read(FencedSession session) {
        List<Document> found = session.find(key.journalCollection(), List.of(key.journalId()));
        if (found.isEmpty()) {
            throw new IllegalStateException(key + " has no journal");
        }
        return found.getFirst();
    }

    private Map<String, Document> readMirrors(FencedSession session, List<DecodedRecord> records) {
        Set<String> ids = new LinkedHashSet<>();
        for (DecodedRecord record : records) {
            if (record instanceof DecodedRecord.Event event) {
                ids.add(event.state().id());
            }
        }
        Map<String, Document> mirrors = new HashMap<>();
        if (!ids.isEmpty()) {
            session.find(key.mirrorCollection(), ids).forEach(one -> mirrors.put(one.getString("_id"), one));
        }
        return mirrors;
    }

    private static long estimateBytes(List<DecodedRecord> batch, Plan plan) {
        long recordBytes = 0;
        for (DecodedRecord record : batch) {
            recordBytes += record.sizeBytes();
        }
        return 2 * recordBytes + plan.estimateRollupBytes();
    }

    private Document filterAt(long hi) {
        return new Document("_id", key.journalId()).append(JournalFields.HI, hi);
    }
}
