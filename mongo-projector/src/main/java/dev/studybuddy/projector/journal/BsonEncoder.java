package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.function.Consumer;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonElement;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;

/** Encodes documents once, so that each later write only copies their bytes. */
public final class BsonEncoder {

    private BsonEncoder() {}

    /** Returns a document of the fields that {@code fields} writes. */
    public static RawBsonDocument encode(Consumer<BsonWriter> fields) {
        return write(writer -> {
            writer.writeStartDocument();
            fields.accept(writer);
            writer.writeEndDocument();
        });
    }

    /** Returns a copy of the document with more fields at its end. */
    static RawBsonDocument append(RawBsonDocument document, List<BsonElement> more) {
        return write(writer -> {
            try (BsonBinaryReader reader =
                    new BsonBinaryReader(document.getByteBuffer().asNIO())) {
                writer.pipe(reader, more);
            }
        });
    }

    private static RawBsonDocument write(Consumer<BsonBinaryWriter> document) {
        try (BasicOutputBuffer buffer = new BasicOutputBuffer(512);
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            document.accept(writer);
            return new RawBsonDocument(buffer.getInternalBuffer(), 0, buffer.getPosition());
        }
    }
}
