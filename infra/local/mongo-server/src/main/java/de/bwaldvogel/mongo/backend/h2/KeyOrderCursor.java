package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.AbstractCursor;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of a collection batch by batch in the order of their {@code _id}, so that a read of a large
 * collection needs memory for one batch. The cursor of the library keeps all remaining documents. This cursor returns
 * documents that other commands add after its position, as MongoDB's cursors do.
 */
final class KeyOrderCursor extends AbstractCursor {

    /** Reads documents after a position. */
    @FunctionalInterface
    interface BatchReader {

        /**
         * Reads a batch.
         *
         * @param after the {@code _id} after which the batch starts; null for the first batch
         * @param limit the maximum number of documents
         */
        Batch read(@Nullable Object after, int limit);
    }

    /**
     * A batch holds documents in the order of their {@code _id}.
     *
     * @param last the {@code _id} of the last document; null if the batch is empty
     * @param isEnd whether no document follows
     */
    record Batch(List<Document> documents, @Nullable Object last, boolean isEnd) {}

    private final BatchReader reader;
    private int remaining;
    private @Nullable Object last;
    private boolean exhausted;

    /**
     * Creates a cursor.
     *
     * @param limit the maximum number of documents in all batches; 0 for no limit
     */
    KeyOrderCursor(long id, BatchReader reader, int limit) {
        super(id);
        this.reader = reader;
        this.remaining = limit == 0 ? Integer.MAX_VALUE : limit;
    }

    /** Returns whether no further batch is needed. The last batch may be empty. */
    @Override
    public synchronized boolean isEmpty() {
        return exhausted;
    }

    @Override
    public synchronized List<Document> takeDocuments(int numberToReturn) {
        int limit = Math.min(numberToReturn, remaining);
        Batch batch = reader.read(last, limit);
        last = batch.last();
        remaining -= batch.documents().size();
        exhausted = batch.isEnd() || remaining == 0;
        return batch.documents();
    }
}
