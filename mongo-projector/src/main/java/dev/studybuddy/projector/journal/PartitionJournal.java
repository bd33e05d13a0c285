package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.readmodel.JournalFields;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
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
     * The journal takes records from its source in chunks of this size and reads the mirrors of a chunk together. The
     * records after a full batch wait for the next batch with their mirrors, so the chunk also bounds that memory.
     */
    private static final int MAX_CHUNK_RECORDS = 500;

    private static final int MAX_CHUNK_BYTES = 1_000_000;

    /** This document stands for a mirror that does not exist. */
    static final Document NO_MIRROR = new Document();

    private final JournalKey key;
    private final FencedSessions sessions;
    private final PlanFactory planFactory;
    private final PlanApplier applier;
    private final Map<String, Document> readAheadMirrors = new HashMap<>();
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
     * Plans, decides and applies a batch that begins at the position of this journal. The batch takes records from the
     * source until its plan is full or the source ends; {@link #hi()} then returns the end of the batch. The journal
     * may have taken a few more records from the source, which the next call expects again.
     *
     * @param source the records in order of their offsets; not empty
     * @return false if another instance decided a batch; then this call wrote nothing, and the position is unknown
     */
    public boolean advance(Iterator<DecodedRecord> source) {
        Position from = position;
        if (from == null) {
            throw new IllegalStateException(key + ": recover() must read the journal first");
        }
        position = null;
        boolean applied = false;
        try {
            Map<String, Document> mirrors = readAheadMirrors;
            PlanBuilder builder = planFactory.begin();
            long hi = -1;
            boolean full = false;
            List<DecodedRecord> rest = List.of();
            while (!full && source.hasNext()) {
                List<DecodedRecord> chunk = nextChunk(source);
                if (hi < 0 && chunk.getFirst().offset() < from.hi()) {
                    throw new IllegalStateException(
                            key + ": the batch begins at " + chunk.getFirst().offset() + ", before hi " + from.hi());
                }
                readMirrors(from.session(), chunk, mirrors);
                int added = 0;
                while (added < chunk.size() && builder.add(chunk.get(added), mirrors)) {
                    added++;
                }
                full = added < chunk.size();
                rest = chunk.subList(added, chunk.size());
                hi = added == 0 ? hi : chunk.get(added - 1).offset() + 1;
            }
            Plan plan = builder.build();
            Document next = new Journal(hi, from.hi(), plan).toDocument(key.journalId(), from.format());
            keepReadAhead(mirrors, rest, plan);
            if (!from.session().replace(key.journalCollection(), filterAt(from.hi()), next)) {
                return false;
            }
            applier.apply(from.session(), plan, hi);
            position = new Position(from.session(), hi, from.hi(), from.format());
            applied = true;
            return true;
        } finally {
            if (!applied) {
                readAheadMirrors.clear();
                from.session().close();
            }
        }
    }

    private static List<DecodedRecord> nextChunk(Iterator<DecodedRecord> source) {
        List<DecodedRecord> chunk = new ArrayList<>();
        long bytes = 0;
        while (source.hasNext() && chunk.size() < MAX_CHUNK_RECORDS && bytes < MAX_CHUNK_BYTES) {
            DecodedRecord record = source.next();
            bytes += record.sizeBytes();
            chunk.add(record);
        }
        return chunk;
    }

    /**
     * Keeps the mirrors that were read for records after the batch. They stay valid while this journal has a position,
     * because only a batch of this partition writes them; those that the batch itself writes are dropped.
     */
    private void keepReadAhead(Map<String, Document> mirrors, List<DecodedRecord> rest, Plan plan) {
        Set<String> ids = idsOf(rest);
        for (Plan.MirrorChange change : plan.mirrors()) {
            ids.remove(change.id());
        }
        mirrors.keySet().retainAll(ids);
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
        readAheadMirrors.clear();
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

    /** Adds the mirrors of the records' aggregates that are not read yet. An absent mirror is an empty document. */
    private void readMirrors(FencedSession session, List<DecodedRecord> records, Map<String, Document> mirrors) {
        Set<String> ids = idsOf(records);
        ids.removeAll(mirrors.keySet());
        if (!ids.isEmpty()) {
            ids.forEach(id -> mirrors.put(id, NO_MIRROR));
            session.find(key.mirrorCollection(), ids).forEach(one -> mirrors.put(one.getString("_id"), one));
        }
    }

    private static Set<String> idsOf(List<DecodedRecord> records) {
        Set<String> ids = new LinkedHashSet<>();
        for (DecodedRecord record : records) {
            if (record instanceof DecodedRecord.Event event) {
                ids.add(event.state().id());
            }
        }
        return ids;
    }

    private Document filterAt(long hi) {
        return new Document("_id", key.journalId()).append(JournalFields.HI, hi);
    }
}
