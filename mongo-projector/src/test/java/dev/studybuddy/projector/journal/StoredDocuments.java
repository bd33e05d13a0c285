package dev.studybuddy.projector.journal;

import java.util.Collection;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;

/** Encodes documents, and decodes them into the form in which MongoDB returns them. */
final class StoredDocuments {

    private static final DocumentCodec CODEC = new DocumentCodec();

    private StoredDocuments() {}

    static Document of(RawBsonDocument encoded) {
        return encoded.decode(CODEC);
    }

    static Document of(Document document) {
        return of(encode(document));
    }

    /** Returns an encoded document with its id and some of its fields, like a find with a projection. */
    static RawBsonDocument encode(Document document, Collection<String> fields) {
        Document projected = new Document(document);
        projected.keySet().removeIf(name -> !name.equals("_id") && !fields.contains(name));
        return encode(projected);
    }

    static RawBsonDocument encode(Document document) {
        return new RawBsonDocument(document, CODEC);
    }

    /** Returns the size of the encoded document in bytes. */
    static int sizeOf(Document document) {
        return encode(document).getByteBuffer().remaining();
    }
}
