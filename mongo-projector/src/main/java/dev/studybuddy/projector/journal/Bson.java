package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.function.Consumer;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonElement;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;

/** Documents that are encoded once, and then copied to wherever they are sent. */
final class Bson {

    private Bson() {}

    /** A document of the fields that are written. */
    static RawBsonDocument document(Consumer<BsonWriter> fields) {
        return encoded(writer -> {
            writer.writeStartDocument();
            fields.accept(writer);
            writer.writeEndDocument();
        });
    }

    /** A document with more fields at its end. */
    static RawBsonDocument with(RawBsonDocument document, List<BsonElement> more) {
        return encoded(writer -> {
            try (BsonBinaryReader reader =
                    new BsonBinaryReader(document.getByteBuffer().asNIO())) {
                writer.pipe(reader, more);
            }
        });
    }

    private static RawBsonDocument encoded(Consumer<BsonBinaryWriter> document) {
        try (BasicOutputBuffer buffer = new BasicOutputBuffer(512);
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            document.accept(writer);
            return new RawBsonDocument(buffer.getInternalBuffer(), 0, buffer.getPosition());
        }
    }
}
