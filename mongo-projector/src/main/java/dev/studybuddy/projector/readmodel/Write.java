package dev.studybuddy.projector.readmodel;

import org.bson.Document;
import org.bson.RawBsonDocument;

/** One guarded write of a bulk; both insert where nothing has the filter's {@code _id}. */
public sealed interface Write {

    /** Which document: always by {@code _id}, with the guard that makes a repeat harmless. */
    Document filter();

    /** Changes fields of a document. */
    record Update(Document filter, Document update) implements Write {}

    /** Puts a document, encoded once for all who send it, in the place of another. */
    record Replace(Document filter, RawBsonDocument replacement) implements Write {}
}
