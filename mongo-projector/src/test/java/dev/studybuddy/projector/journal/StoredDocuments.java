package dev.studybuddy.projector.journal;

import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;

/** Decodes documents into the form in which MongoDB returns them. */
final class StoredDocuments {

    private static final DocumentCodec CODEC = new DocumentCodec();

    private StoredDocuments() {}

    static Document of(RawBsonDocument encoded) {
        return encoded.decode(CODEC);
    }

    static Document of(Document document) {
        return of(new RawBsonDocument(document, CODEC));
    }

    /** Returns the size of the encoded document in bytes. */
    static int sizeOf(Document document) {
        return new RawBsonDocument(document, CODEC).getByteBuffer().remaining();
    }
}
