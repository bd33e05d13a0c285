package dev.studybuddy.api.mongo;

import com.mongodb.client.ClientSession;
import com.mongodb.client.DistinctIterable;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** A read collection runs each read in the session of its request, so that a read never shows less than an earlier one. */
public final class ReadCollection {

    private final MongoCollection<Document> collection;
    private final @Nullable ClientSession session;

    ReadCollection(MongoCollection<Document> collection, @Nullable ClientSession session) {
        this.collection = collection;
        this.session = session;
    }

    /** Returns all documents of the collection. */
    public FindIterable<Document> find() {
        return find(new Document());
    }

    /** Returns the documents that match a filter. */
    public FindIterable<Document> find(Bson filter) {
        return session == null ? collection.find(filter) : collection.find(session, filter);
    }

    /** Returns the different texts of a field, in the documents that match a filter. */
    public DistinctIterable<String> distinctTexts(String field, Bson filter) {
        return session == null
                ? collection.distinct(field, filter, String.class)
                : collection.distinct(session, field, filter, String.class);
    }

    /** Returns the number of documents that match a filter. */
    public long countDocuments(Bson filter, CountOptions options) {
        return session == null
                ? collection.countDocuments(filter, options)
                : collection.countDocuments(session, filter, options);
    }
}
