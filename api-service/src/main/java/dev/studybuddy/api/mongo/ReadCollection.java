package dev.studybuddy.api.mongo;

import com.mongodb.MongoTimeoutException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.DistinctIterable;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.deadline.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * A read collection runs each read in the session of its request, if the request has one, so that a read never shows an
 * earlier state than a previous read of the request. All reads of a request end by its deadline. A read that fails, or
 * that begins after the deadline, throws a {@link com.mongodb.MongoException}. {@link MongoReadBreaker} distinguishes
 * the timeout of a late request from that of a slow server.
 */
public final class ReadCollection {

    private final MongoCollection<Document> collection;
    private final @Nullable ClientSession session;

    ReadCollection(MongoCollection<Document> collection, @Nullable ClientSession session) {
        this.collection = collection;
        this.session = session;
    }

    /** Creates a read collection for a request that needs no session, because it does not follow an earlier read. */
    public static ReadCollection withoutSession(MongoCollection<Document> collection) {
        return new ReadCollection(collection, null);
    }

    /** Returns all documents of the collection. */
    public FindIterable<Document> find() {
        return find(new Document());
    }

    /** Returns the documents that match a filter. */
    public FindIterable<Document> find(Bson filter) {
        return session == null ? limited().find(filter) : limited().find(session, filter);
    }

    /** Returns the different texts of a field, in the documents that match a filter. */
    public DistinctIterable<String> distinctTexts(String field, Bson filter) {
        return session == null
                ? limited().distinct(field, filter, String.class)
                : limited().distinct(session, field, filter, String.class);
    }

    /** Returns the number of documents that match a filter. */
    public long countDocuments(Bson filter) {
        return countDocuments(filter, new CountOptions());
    }

    /**
     * Returns the number of documents that match a filter.
     *
     * @param options further options, for example the number at which the count stops
     */
    public long countDocuments(Bson filter, CountOptions options) {
        return session == null
                ? limited().countDocuments(filter, options)
                : limited().countDocuments(session, filter, options);
    }

    /** Returns the collection, whose operations take at most the rest of the request's time. */
    private MongoCollection<Document> limited() {
        Long limitMillis = collection.getTimeout(TimeUnit.MILLISECONDS);
        if (limitMillis == null || Deadline.remainingNanos().isEmpty()) {
            return collection;
        }
        Duration remaining = Deadline.limit(Duration.ofMillis(limitMillis));
        if (remaining.isZero()) {
            throw new MongoTimeoutException("the deadline of the request passed before it read MongoDB");
        }
        return collection.withTimeout(Math.max(1, remaining.toMillis()), TimeUnit.MILLISECONDS);
    }
}
