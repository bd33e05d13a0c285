package dev.studybuddy.api.operations.verify;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCursor;
import dev.studybuddy.api.mongo.ReadCollection;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Reads the mirrors of a collection in the order of their ids. If a fail-over or a long wait ends the cursor, another
 * one continues after the last mirror. Ids that are no text are left out.
 */
final class OrderedMirrors implements AutoCloseable {

    /**
     * Matches the documents whose id is no text. The operator {@code $gte} with the empty text matches exactly the
     * texts.
     */
    static final Document WITHOUT_TEXT_ID = new Document("_id", new Document("$not", new Document("$gte", "")));

    private static final int BATCH_SIZE = 500;

    private final ReadCollection collection;
    private @Nullable MongoCursor<Document> cursor;
    private @Nullable String last;

    /**
     * Creates a reader.
     *
     * @param after the id after which the reader starts; empty for the first one
     */
    OrderedMirrors(ReadCollection collection, String after) {
        this.collection = collection;
        this.last = after.isEmpty() ? null : after;
    }

    /**
     * Returns the next mirror; null at the end.
     *
     * @throws MongoException if a cursor that this call opened fails; the call opens another cursor if an earlier one
     *     fails
     */
    @Nullable
    Document next() {
        boolean opensCursor = cursor == null;
        try {
            return read();
        } catch (MongoException ended) {
            close();
            if (opensCursor) {
                throw ended;
            }
            return read();
        }
    }

    private @Nullable Document read() {
        MongoCursor<Document> open = cursor;
        if (open == null) {
            Document after = last == null ? new Document("$gte", "") : new Document("$gt", last);
            open = collection
                    .find(new Document("_id", after))
                    .sort(new Document("_id", 1))
                    .batchSize(BATCH_SIZE)
                    .cursor();
            cursor = open;
        }
        if (!open.hasNext()) {
            return null;
        }
        Document next = open.next();
        last = next.getString("_id");
        return next;
    }

    @Override
    public void close() {
        MongoCursor<Document> open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }
}
