package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.JournalFields;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** These sessions replace MongoDB by a map of journals. */
final class InMemoryJournals implements FencedSessions, FencedSession {

    private final Map<String, Document> documents = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger replacements = new AtomicInteger();
    private final List<Set<Object>> positionUpdates = new CopyOnWriteArrayList<>();
    private volatile @Nullable RuntimeException replacementFailure;

    /** Returns the journals by id. */
    Map<String, Document> documents() {
        return documents;
    }

    int openedSessions() {
        return opened.get();
    }

    /** Returns the number of sessions that were opened and not closed. */
    int openSessions() {
        return opened.get() - closed.get();
    }

    /** Returns the number of attempts to replace a journal. */
    int replacements() {
        return replacements.get();
    }

    /** Returns the ids of the journals that each bulk updated without a decision. */
    List<Set<Object>> positionUpdates() {
        return positionUpdates;
    }

    /** Makes every replacement of a journal fail, or none if the exception is null. */
    void failReplacements(@Nullable RuntimeException failure) {
        replacementFailure = failure;
    }

    @Override
    public FencedSession open() {
        opened.incrementAndGet();
        return this;
    }

    @Override
    public List<Document> find(String collection, Collection<String> ids) {
        return ids.stream().filter(documents::containsKey).map(documents::get).toList();
    }

    @Override
    public Optional<List<RawBsonDocument>> findWithin(
            long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
        return Optional.of(List.of());
    }

    @Override
    public synchronized boolean replace(String collection, Document filter, Document replacement) {
        replacements.incrementAndGet();
        RuntimeException failure = replacementFailure;
        if (failure != null) {
            throw failure;
        }
        Document current = documents.get(filter.getString("_id"));
        if (current == null || !current.get(JournalFields.HI).equals(filter.get(JournalFields.HI))) {
            return false;
        }
        documents.put(filter.getString("_id"), replacement);
        return true;
    }

    @Override
    public FencedSession join(List<FencedSession> sessions) {
        opened.incrementAndGet();
        return this;
    }

    @Override
    public long replaceAll(String collection, List<Replacement> replacements) {
        if (replacements.stream()
                .map(Replacement::document)
                .allMatch(one -> one.get(JournalFields.DONE).equals(one.get(JournalFields.HI)))) {
            positionUpdates.add(
                    replacements.stream().map(one -> one.filter().get("_id")).collect(Collectors.toSet()));
        }
        return replacements.stream()
                .filter(one -> replace(collection, one.filter(), one.document()))
                .count();
    }

    @Override
    public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
        return List.of();
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
