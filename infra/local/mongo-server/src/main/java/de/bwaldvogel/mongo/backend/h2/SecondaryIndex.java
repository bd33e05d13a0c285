package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A non-unique index that serves an equality with texts on its first key; the library only pretends to have one. It is
 * kept in memory and filled anew when the collection is opened. The server checks the whole filter on what is found, so
 * more may be found than matches, never less: arrays, which equal each of their elements, are always found.
 */
final class SecondaryIndex<P> extends Index<P> {

    private final String firstKey;
    private final Map<String, Map<Object, P>> positionsByText = new HashMap<>();
    private final Map<Object, P> arrays = new LinkedHashMap<>();

    SecondaryIndex(String name, List<IndexKey> keys) {
        // Called sparse, since the library takes an absent position as an error in any other index.
        super(name, keys, true);
        this.firstKey = keys.getFirst().getKey();
    }

    @Override
    public synchronized boolean canHandle(Document filter) {
        return EqualityOf.texts(firstKey, filter).isPresent();
    }

    @Override
    public synchronized Iterable<P> getPositions(Document filter) {
        List<P> found = new ArrayList<>(arrays.values());
        for (String text : EqualityOf.texts(firstKey, filter).orElseThrow()) {
            found.addAll(positionsByText.getOrDefault(text, Map.of()).values());
        }
        return found;
    }

    @Override
    public synchronized void add(Document document, P position, MongoCollection<P> collection) {
        bucket(document).ifPresent(bucket -> bucket.put(id(document), position));
    }

    @Override
    public synchronized @Nullable P remove(Document document) {
        bucket(document).ifPresent(bucket -> bucket.remove(id(document)));
        return null;
    }

    @Override
    public synchronized void updateInPlace(
            Document oldDocument, Document newDocument, P position, MongoCollection<P> collection) {
        if (oldDocument.get(firstKey) instanceof String text && text.equals(newDocument.get(firstKey))) {
            // Found by the same text, at the same place: most updates are such.
            return;
        }
        remove(oldDocument);
        add(newDocument, position, collection);
    }

    @Override
    public synchronized long getCount() {
        return arrays.size()
                + positionsByText.values().stream().mapToLong(Map::size).sum();
    }

    @Override
    public synchronized void drop() {
        positionsByText.clear();
        arrays.clear();
    }

    /** Never the source of a position: that is the {@code _id} index. */
    @Override
    public @Nullable P getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<P> collection) {
        // Every document may come in: nothing is unique here.
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<P> collection) {
        // Every change may come in: nothing is unique here.
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    private Optional<Map<Object, P>> bucket(Document document) {
        Object value = Utils.getSubdocumentValueCollectionAware(document, firstKey);
        if (value instanceof String text) {
            return Optional.of(positionsByText.computeIfAbsent(text, absent -> new LinkedHashMap<>()));
        }
        return value instanceof java.util.Collection<?> ? Optional.of(arrays) : Optional.empty();
    }

    private static Object id(Document document) {
        return Objects.requireNonNull(document.get("_id"), "a stored document has an _id");
    }
}
