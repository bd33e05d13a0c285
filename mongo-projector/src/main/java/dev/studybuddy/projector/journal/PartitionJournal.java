package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.readmodel.Line;
import dev.studybuddy.projector.readmodel.Lines;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Takes one partition of one generation forward, batch by batch. After any exception its position is unknown, and {@link
 * #recover()} must come before the next batch. For one thread at a time.
 */
public final class PartitionJournal implements AutoCloseable {

    /** Well below the 16 MB of a document, since it is an estimate. */
    private static final long PLAN_BYTES = 10_000_000;

    private final Place place;
    private final Lines lines;
    private final Planning planning;
    private final Application application;
    private @Nullable Position position;

    public PartitionJournal(Place place, Lines lines, DeadLetterBox deadLetters, Clock clock) {
        this(place, lines, deadLetters, new Planner(place.model(), place.type(), clock));
    }

    PartitionJournal(Place place, Lines lines, DeadLetterBox deadLetters, Planning planning) {
        this.place = place;
        this.lines = lines;
        this.planning = planning;
        this.application = new Application(place, deadLetters);
    }

    /** Where this instance stands: on which line that was read, and what of it the journal says already. */
    private record Position(Line line, long hi, long done) {}

    /**
     * Reads the journal and does its plan again.
     *
     * @return the offset to go on from
     * @throws IllegalStateException where there is no journal
     */
    public long recover() {
        close();
        Line line = lines.open();
        try {
            Journal journal = read(line);
            if (journal.done() < journal.hi()) {
                application.apply(line, journal.plan(), journal.hi());
            }
            position = new Position(line, journal.hi(), journal.done());
            return journal.hi();
        } finally {
            if (position == null) {
                line.close();
            }
        }
    }

    /** Whether {@link #recover()} must come first. */
    public boolean unknown() {
        return position == null;
    }

    /**
     * Plans, decides and applies a batch that begins where this journal stands, or a first part of it where the whole
     * makes too large a plan: {@link #applied()} tells.
     *
     * @param entries not empty, by offset
     * @return false where somebody else decided: nothing of it was done here, and the position is unknown
     */
    public boolean advance(List<Entry> entries) {
        Position from = position;
        if (from == null) {
            throw new IllegalStateException(place + ": the journal was not read");
        }
        if (entries.getFirst().offset() < from.hi()) {
            throw new IllegalStateException(place + ": " + entries.getFirst().offset() + " is before " + from.hi());
        }
        position = null;
        boolean applied = false;
        try {
            Map<String, Document> mirrors = mirrors(from.line(), entries);
            List<Entry> batch = entries;
            Plan plan = planning.plan(batch, mirrors);
            while (batch.size() > 1 && size(batch, plan) > PLAN_BYTES) {
                batch = batch.subList(0, batch.size() / 2);
                plan = planning.plan(batch, mirrors);
            }
            long hi = batch.getLast().offset() + 1;
            Document next = new Journal(hi, from.hi(), plan).toDocument(place.journalId());
            if (!from.line().replace(place.journals(), at(from.hi()), next)) {
                return false;
            }
            application.apply(from.line(), plan, hi);
            position = new Position(from.line(), hi, from.hi());
            applied = true;
            return true;
        } finally {
            if (!applied) {
                from.line().close();
            }
        }
    }

    /**
     * Writes down that all is applied, for a partition that has fallen idle: nobody needs to do the plan again, and
     * whoever waits for {@code done} sees it.
     */
    public void settle() {
        Position from = position;
        if (from == null || from.done() == from.hi()) {
            return;
        }
        position = null;
        Document settled = new Journal(from.hi(), from.hi(), Plan.EMPTY).toDocument(place.journalId());
        boolean written = false;
        try {
            written = from.line().replace(place.journals(), at(from.hi()), settled);
            if (written) {
                position = new Position(from.line(), from.hi(), from.hi());
            }
        } finally {
            if (!written) {
                from.line().close();
            }
        }
    }

    /** Up to where everything is applied; the journal says so already, or will with the next decision. */
    public long applied() {
        Position at = position;
        if (at == null) {
            throw new IllegalStateException(place + ": the journal was not read");
        }
        return at.hi();
    }

    /** What the journal says of {@code done}. */
    public long done() {
        Position at = position;
        if (at == null) {
            throw new IllegalStateException(place + ": the journal was not read");
        }
        return at.done();
    }

    @Override
    public void close() {
        if (position != null) {
            position.line().close();
            position = null;
        }
    }

    private Journal read(Line line) {
        List<Document> found = line.find(place.journals(), List.of(place.journalId()));
        if (found.isEmpty()) {
            throw new IllegalStateException(place + " has no journal");
        }
        return Journal.of(found.getFirst());
    }

    private Map<String, Document> mirrors(Line line, List<Entry> entries) {
        Set<String> ids = new LinkedHashSet<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Event event) {
                ids.add(event.state().id());
            }
        }
        Map<String, Document> mirrors = new HashMap<>();
        if (!ids.isEmpty()) {
            line.find(place.mirrors(), ids).forEach(one -> mirrors.put(one.getString("_id"), one));
        }
        return mirrors;
    }

    private static long size(List<Entry> batch, Plan plan) {
        long records = 0;
        for (Entry entry : batch) {
            records += entry.size();
        }
        return 2 * records + plan.rollupBytes();
    }

    private Document at(long hi) {
        return new Document("_id", place.journalId()).append("hi", hi);
    }
}
