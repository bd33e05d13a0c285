package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps stored documents unchanged: an update changes a copy and replaces the old document with the copy. The library
 * changes documents in place. With the library alone, a reply that is being encoded could therefore show half an
 * update.
 */
final class ImmutableDocuments extends H2Collection {

    private static final String ID = "_id";

    private final MVMap<Object, Document> stored;
    private final CursorRegistry cursors;

    /**
     * This flag is true during an update by the library. This collection's monitor guards it, as it guards all
     * operations.
     */
    private boolean updating;

    ImmutableDocuments(
            MongoDatabase database,
            String name,
            CollectionOptions options,
            MVMap<Object, Document> data,
            MVMap<String, Object> meta,
            CursorRegistry cursors) {
        super(database, name, options, data, meta, cursors);
        this.stored = data;
        this.cursors = cursors;
    }

    /**
     * Adds an index. This method holds the monitor, because a document that is added between the filling of the index
     * and its registration would be absent from the index.
     */
    @Override
    public synchronized void addIndex(Index<Object> index) {
        super.addIndex(index);
    }

    @Override
    public synchronized Document updateDocuments(
            Document selector, Document update, ArrayFilters filters, boolean multi, boolean upsert, Oplog oplog) {
        if (!multi && selector.get(ID) instanceof String id) {
            Optional<Document> reply = updateDirectly(id, selector, update, upsert, oplog);
            if (reply.isPresent()) {
                return reply.orElseThrow();
            }
        }
        updating = true;
        try {
            return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
        } finally {
            updating = false;
        }
    }

    /**
     * Turns off the tracking of the size: no client reads it, and the library would measure both documents of each
     * update.
     */
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    /**
     * Updates the one document with this {@code _id} and returns the reply, or empty if the library must do the
     * update.
     */
    private Optional<Document> updateDirectly(
            String id, Document selector, Document update, boolean upsert, Oplog oplog) {
        Document old = stored.get(id);
        if (old == null) {
            return upsert && hasNoEqualityExceptId(selector)
                    ? DirectChange.of(new Document(ID, id), update, true)
                            .map(added -> insert(id, added.document(), oplog))
                    : Optional.empty();
        }
        if (!documentMatchesQuery(old, selector)) {
            return upsert ? Optional.empty() : Optional.of(reply(0, 0));
        }
        return DirectChange.of(old, update, false).map(outcome -> {
            if (!outcome.differs()) {
                return reply(1, 0);
            }
            Document changed = outcome.document();
            for (Index<Object> index : getIndexes()) {
                index.checkUpdate(old, changed, this);
            }
            for (Index<Object> index : getIndexes()) {
                index.updateInPlace(old, changed, id, this);
            }
            stored.put(id, changed);
            oplog.handleUpdate(getFullName(), selector, update, List.of(id));
            return reply(1, 1);
        });
    }

    private Document insert(String id, Document added, Oplog oplog) {
        addDocument(added);
        oplog.handleInsert(getFullName(), List.of(added));
        return new Document("upserted", id).append("n", 0).append("nModified", 0);
    }

    private static Document reply(int matched, int modified) {
        return new Document("n", matched).append("nModified", modified);
    }

    /** Returns whether an upsert takes only the id from the filter, because all other conditions are operators. */
    private static boolean hasNoEqualityExceptId(Document selector) {
        return selector.entrySet().stream()
                .allMatch(entry -> entry.getKey().equals(ID)
                        || (entry.getKey().equals("$or") && entry.getValue() instanceof List<?> any && any.size() > 1)
                        || (entry.getValue() instanceof Document condition
                                && condition.keySet().stream().allMatch("$not"::equals)));
    }

    @Override
    public synchronized Document findAndModify(Document query) {
        updating = true;
        try {
            return super.findAndModify(query);
        } finally {
            updating = false;
        }
    }

    /**
     * Finds the documents of a query. If a compound index supplies the order of the query, this method reads the index,
     * so that a limit ends the read early. If the query reads the whole collection or a range of ids in batches, this
     * method reads each batch when the client requests it. The library runs every other query.
     */
    @Override
    protected QueryResult queryDocuments(
            Document query,
            @Nullable Document order,
            int skip,
            int limit,
            int batchSize,
            @Nullable Document projection) {
        for (Index<Object> index : getIndexes()) {
            if (index instanceof SecondaryIndex<Object> secondary) {
                Optional<Collection<Object>> positions = secondary.findInOrder(query, order);
                if (positions.isPresent()) {
                    Stream<Document> documents =
                            positions.orElseThrow().stream().map(this::getDocument);
                    return matchDocumentsFromStream(query, documents, skip, limit, batchSize, null, projection);
                }
            } else if (index.canHandle(query)) {
                break;
            }
        }
        if (batchSize > 0 && skip == 0 && isInKeyOrder(query, order)) {
            return readInKeyOrder(query, limit, batchSize, projection);
        }
        return super.queryDocuments(query, order, skip, limit, batchSize, projection);
    }

    /**
     * Returns whether a read in the order of the stored keys answers a query: no index serves the query, and it demands
     * no order, or the order of ids that are texts.
     */
    private boolean isInKeyOrder(Document query, @Nullable Document order) {
        boolean isOrderOfTexts = order == null
                || order.isEmpty()
                || (order.equals(new Document(ID, 1))
                        && textBound(query, "$gt", "$gte").isPresent());
        return isOrderOfTexts && getIndexes().stream().noneMatch(index -> index.canHandle(query));
    }

    private QueryResult readInKeyOrder(Document query, int limit, int batchSize, @Nullable Document projection) {
        KeyOrderCursor cursor = new KeyOrderCursor(
                cursors.generateCursorId(), (after, size) -> readBatch(query, after, size, projection), limit);
        List<Document> first = cursor.takeDocuments(batchSize);
        if (cursor.isEmpty()) {
            return new QueryResult(first);
        }
        cursors.add(cursor);
        return new QueryResult(first, cursor);
    }

    private synchronized KeyOrderCursor.Batch readBatch(
            Document query, @Nullable Object after, int size, @Nullable Document projection) {
        Object from = after == null ? textBound(query, "$gt", "$gte").orElse(null) : after;
        Optional<String> to = textBound(query, "$lt", "$lte");
        AtomicReference<@Nullable Object> last = new AtomicReference<>();
        ReplyLimit reply = new ReplyLimit();
        Stream<Document> documents = StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(stored.keyIterator(from), 0), false)
                .filter(key -> !key.equals(after))
                .takeWhile(
                        key -> to.isEmpty() || !(key instanceof String text) || text.compareTo(to.orElseThrow()) <= 0)
                .map(key -> Objects.requireNonNull(stored.get(key)))
                .filter(document -> documentMatchesQuery(document, query))
                .takeWhile(document -> reply.hasRoom())
                .peek(document -> {
                    last.set(document.get(ID));
                    reply.add(document);
                });
        List<Document> found = super.matchDocumentsFromStream(query, documents, 0, size, 0, null, projection)
                .collectDocuments();
        return new KeyOrderCursor.Batch(found, last.get(), found.size() < size && reply.hasRoom());
    }

    /**
     * Ends the first reply at its limits. A read with a batch size of 0 returns all documents, because a command of the
     * library uses it.
     */
    @Override
    protected QueryResult createQueryResult(List<Document> found, int batchSize) {
        if (batchSize == 0) {
            return new QueryResult(found);
        }
        int count = ReplyLimit.count(found, batchSize);
        if (count == found.size()) {
            return new QueryResult(found);
        }
        ListCursor cursor = new ListCursor(cursors.generateCursorId(), found.subList(count, found.size()));
        cursors.add(cursor);
        return new QueryResult(found.subList(0, count), cursor);
    }

    /** Returns the text with which a range operator of the filter compares the id. */
    private static Optional<String> textBound(Document query, String exclusive, String inclusive) {
        return FilterEquality.condition(ID, query)
                .filter(Document.class::isInstance)
                .map(Document.class::cast)
                .map(operators -> operators.getOrDefault(inclusive, operators.get(exclusive)))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /**
     * Counts the documents that match a query. This method counts the entries of a compound index if they decide which
     * documents match. It holds the monitor so that no document is removed after an index has found it.
     */
    @Override
    public synchronized int count(Document query, int skip, int limit) {
        long last = limit > 0 ? (long) skip + limit : Integer.MAX_VALUE;
        for (Index<Object> index : getIndexes()) {
            if (index instanceof SecondaryIndex<Object> secondary) {
                OptionalLong counted = secondary.count(query, last);
                if (counted.isPresent()) {
                    return (int) Math.max(0, counted.getAsLong() - skip);
                }
            }
        }
        return super.count(query, skip, limit);
    }

    @Override
    protected QueryResult matchDocumentsFromStream(
            Document query,
            Stream<Document> documents,
            int skip,
            int limit,
            int batchSize,
            @Nullable Comparator<Document> order,
            @Nullable Document projection) {
        Stream<Document> source = updating
                ? documents
                        .filter(document -> documentMatchesQuery(document, query))
                        .map(Document::cloneDeeply)
                : documents;
        return super.matchDocumentsFromStream(query, source, skip, limit, batchSize, order, projection);
    }
}
