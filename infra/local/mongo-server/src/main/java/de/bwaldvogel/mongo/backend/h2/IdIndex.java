package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * An id index also serves a filter that combines the {@code _id} with further conditions, such as a condition on the
 * version. The server checks the whole filter on each document that the index finds. The collection stores each
 * document under its {@code _id}. Therefore this index stores no id that is a text, and finds the document of such an
 * id in the collection. It stores the ids of other types, because two numbers of different types may be the same id.
 */
final class IdIndex extends H2UniqueIndex {

    private static final String ID = "_id";

    private final MVMap<Object, Document> documents;

    IdIndex(
            MVMap<KeyValue, Object> otherIds,
            MVMap<Object, Document> documents,
            String name,
            List<IndexKey> keys,
            boolean sparse) {
        super(otherIds, name, keys, sparse);
        this.documents = documents;
    }

    @Override
    public synchronized boolean canHandle(Document filter) {
        return super.canHandle(idOnly(filter));
    }

    @Override
    public synchronized Iterable<Object> getPositions(Document filter) {
        return super.getPositions(idOnly(filter));
    }

    @Override
    public synchronized void add(Document document, Object position, MongoCollection<Object> collection) {
        if (!(document.get(ID) instanceof String)) {
            super.add(document, position, collection);
        }
    }

    /** Returns null for an absent id, as the library's method does, which is not annotated with Nullable. */
    @SuppressWarnings("NullAway")
    @Override
    protected @Nullable Object getPosition(KeyValue id) {
        return id.get(0) instanceof String text ? find(text) : super.getPosition(id);
    }

    /** Returns null for an absent id, as the library's method does, which is not annotated with Nullable. */
    @SuppressWarnings("NullAway")
    @Override
    protected @Nullable Object removeDocument(KeyValue id) {
        return id.get(0) instanceof String text ? find(text) : super.removeDocument(id);
    }

    private @Nullable Object find(String id) {
        return documents.containsKey(id) ? id : null;
    }

    @Override
    public synchronized void checkUpdate(
            Document oldDocument, Document newDocument, MongoCollection<Object> collection) {
        if (!hasSameText(oldDocument, newDocument)) {
            super.checkUpdate(oldDocument, newDocument, collection);
        }
    }

    @Override
    public void updateInPlace(
            Document oldDocument, Document newDocument, Object position, MongoCollection<Object> collection) {
        if (!hasSameText(oldDocument, newDocument)) {
            super.updateInPlace(oldDocument, newDocument, position, collection);
        }
    }

    private static boolean hasSameText(Document oldDocument, Document newDocument) {
        return oldDocument.get(ID) instanceof String text && text.equals(newDocument.get(ID));
    }

    @Override
    protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
        return () -> documents.keySet().stream()
                .filter(String.class::isInstance)
                .map(text -> Map.entry(new KeyValue(text), text))
                .iterator();
    }

    @Override
    public long getCount() {
        return documents.sizeAsLong();
    }

    @Override
    public boolean isEmpty() {
        return documents.isEmpty();
    }

    private static Document idOnly(Document filter) {
        return FilterEquality.condition(ID, filter)
                .map(id -> new Document(ID, id))
                .orElse(filter);
    }
}
