package dev.studybuddy.projector.mongo;

import org.bson.Document;
import org.bson.RawBsonDocument;

/** A guarded write is one write of a bulk. Both kinds insert a document if no document has the filter's {@code _id}. */
public sealed interface GuardedWrite {

    /**
     * Returns the filter, which consists of the {@code _id} of a document and the guard that makes a repeated write
     * harmless.
     */
    Document filter();

    /** An update changes fields of a document. */
    record Update(Document filter, Document update) implements GuardedWrite {}

    /** A replacement substitutes a whole document. It is encoded once, however often it is sent. */
    record Replace(Document filter, RawBsonDocument replacement) implements GuardedWrite {}
}
