package dev.studybuddy.api.operations.verify;

import com.mongodb.client.MongoCursor;
import dev.studybuddy.api.mongo.ReadCollection;
import java.util.function.Consumer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Reads the documents of users in the order of the users' ids, one user at a time. */
final class OrderedUserDocuments implements AutoCloseable {

    private static final int BATCH_SIZE = 500;

    private final MongoCursor<Document> cursor;
    private @Nullable Document next;

    /**
     * Opens a stream.
     *
     * @param filter a condition on other fields than {@code userId}
     * @param range the condition on {@code userId}
     */
    OrderedUserDocuments(ReadCollection collection, Document filter, Document range) {
        cursor = collection
                .find(new Document(filter).append("userId", range))
                .sort(new Document("userId", 1))
                .batchSize(BATCH_SIZE)
                .cursor();
        advance();
    }

    /** Returns the user of the next document; null at the end. */
    @Nullable
    String user() {
        return next == null ? null : next.getString("userId");
    }

    /** Passes the documents of a user to a consumer if the user is the next one. */
    void forEachOf(String user, Consumer<Document> each) {
        while (next != null && user.equals(user())) {
            each.accept(next);
            advance();
        }
    }

    private void advance() {
        next = cursor.hasNext() ? cursor.next() : null;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
