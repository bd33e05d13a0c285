package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Serves equality with texts on the first key of a non-unique index, and ranges and orders of several keys. The
 * library's own index does nothing. The index is kept in memory and filled whenever the collection is opened. The
 * server checks the whole filter on each document that the index finds, so the index may find too many documents but
 * never too few. It finds every document whose value of the first key is an array, because a condition matches an array
 * if it matches one of its elements.
 */
final class SecondaryIndex<P> extends Index<P> {

    private final String firstKey;
    private final Map<String, Map<Object, P>> positionsByText = new HashMap<>();
    private final Map<Object, P> arrays = new LinkedHashMap<>();
    /** This field is null if the index has only one key. */
    private final @Nullable OrderedEntries<P> ordered;

    SecondaryIndex(String name, List<IndexKey> keys) {
        // The index is declared sparse because the library rejects an absent position in any other index.
        super(name, keys, true);
        this.firstKey = keys.getFirst().getKey();
        this.ordered = keys.size() > 1 ? new OrderedEntries<>(keys) : null;
    }

    /**
     * Returns the positions of the documents that the filter selects in the requested order, or empty if the order of
     * this index does not supply them.
     */
    synchronized Optional<Collection<P>> findInOrder(Document filter, @Nullable Document order) {
        return ordered == null ? Optional.empty() : ordered.find(filter, order);
    }

    /**
     * Returns the number of documents that match the filter, at most the limit, or empty if the entries of this index
     * do not decide whether a document matches.
     */
    synchronized OptionalLong count(Document filter, long limit) {
        return ordered == null ? OptionalLong.empty() : ordered.count(filter, limit);
    }

    @Override
    public synchronized boolean canHandle(Document filter) {
        return FilterEquality.texts(firstKey, filter).isPresent();
    }

    @Override
    public synchronized Iterable<P> getPositions(Document filter) {
        List<P> found = new ArrayList<>(arrays.values());
        for (String text : FilterEquality.texts(firstKey, filter).orElseThrow()) {
            found.addAll(positionsByText.getOrDefault(text, Map.of()).values());
        }
        return found;
    }

    @Override
    public synchronized void add(Document document, P position, MongoCollection<P> collection) {
        bucket(document).ifPresent(bucket -> bucket.put(id(document), position));
        if (ordered != null) {
            ordered.add(document, position);
        }
    }

    @Override
    public synchronized @Nullable P remove(Document document) {
        bucket(document).ifPresent(bucket -> bucket.remove(id(document)));
        if (ordered != null) {
            ordered.remove(document);
        }
        return null;
    }

    @Override
    public synchronized void updateInPlace(
            Document oldDocument, Document newDocument, P position, MongoCollection<P> collection) {
        if (oldDocument.get(firstKey) instanceof String text && text.equals(newDocument.get(firstKey))) {
            // The bucket and the position are unchanged, as in most updates.
            if (ordered != null && !ordered.isSame(oldDocument, newDocument)) {
                ordered.remove(oldDocument);
                ordered.add(newDocument, position);
            }
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
        if (ordered != null) {
            ordered.clear();
        }
    }

    /** Returns null because only the {@code _id} index supplies positions. */
    @Override
    public @Nullable P getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<P> collection) {
        // Every document is accepted, because the index is not unique.
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<P> collection) {
        // Every change is accepted, because the index is not unique.
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
        return value instanceof Collection<?> ? Optional.of(arrays) : Optional.empty();
    }

    private static Object id(Document document) {
        return Objects.requireNonNull(document.get("_id"), "a stored document has an _id");
    }
}
