package dev.studybuddy.api.mongo;

import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of mirrors and rollups. A person may have changed a document by hand, so that no field is certain to
 * exist or to have its type. A document like this must not fail the reads of all other documents.
 */
public final class DocumentFields {

    private DocumentFields() {}

    /** Returns the text of a field; null if the field does not exist or holds no text. */
    public static @Nullable String text(Document document, String field) {
        return document.get(field) instanceof String text ? text : null;
    }

    /** Returns the number of a field; 0 if the field does not exist or holds no number. */
    public static long number(Document document, String field) {
        return document.get(field) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns the document in a field; an empty one if the field does not exist or holds no document. */
    public static Document document(Document document, String field) {
        return document.get(field) instanceof Document nested ? nested : new Document();
    }
}
