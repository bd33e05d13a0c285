package dev.studybuddy.projector.mongo;

import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * A conditional write is one write of a bulk. Both kinds insert a document if no document has the filter's {@code _id}.
 */
public sealed interface ConditionalWrite {

    /**
     * Returns the filter, which consists of the {@code _id} of a document and the condition that makes a repeated write
     * harmless.
     */
    Document filter();

    /** An update changes fields of a document. */
    record Update(Document filter, Document update) implements ConditionalWrite {}

    /** A replacement substitutes a whole document. It is encoded once, however often it is sent. */
    record Replace(Document filter, RawBsonDocument replacement) implements ConditionalWrite {}
}
