package dev.studybuddy.projector.readmodel;

import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Writes the types that read models are made of without asking the registry for each value's codec, which was a tenth of what
 * the projector allocated; all else, and reading, is the driver's.
 */
final class PlainDocumentCodec implements Codec<Document> {

    private final CodecRegistry others;
    private final DocumentCodec reading;

    PlainDocumentCodec(CodecRegistry others) {
        this.others = others;
        this.reading = new DocumentCodec(others);
    }

    @Override
    public Class<Document> getEncoderClass() {
        return Document.class;
    }

    @Override
    public Document decode(BsonReader reader, DecoderContext context) {
        return reading.decode(reader, context);
    }

    @Override
    public void encode(BsonWriter writer, Document document, EncoderContext context) {
        writer.writeStartDocument();
        for (Map.Entry<String, @Nullable Object> field : document.entrySet()) {
            writer.writeName(field.getKey());
            value(writer, field.getValue(), context);
        }
        writer.writeEndDocument();
    }

    private void value(BsonWriter writer, @Nullable Object value, EncoderContext context) {
        switch (value) {
            case null -> writer.writeNull();
            case String text -> writer.writeString(text);
            case Integer number -> writer.writeInt32(number);
            case Long number -> writer.writeInt64(number);
            case Double number -> writer.writeDouble(number);
            case Boolean flag -> writer.writeBoolean(flag);
            case Date date -> writer.writeDateTime(date.toInstant().toEpochMilli());
            case Document document -> encode(writer, document, context);
            case RawBsonDocument raw -> copy(writer, raw);
            case List<?> list -> {
                writer.writeStartArray();
                for (Object element : list) {
                    value(writer, element, context);
                }
                writer.writeEndArray();
            }
            default -> other(writer, value, context);
        }
    }

    private static void copy(BsonWriter writer, RawBsonDocument encoded) {
        try (BsonBinaryReader reader =
                new BsonBinaryReader(encoded.getByteBuffer().asNIO())) {
            writer.pipe(reader);
        }
    }

    private <T> void other(BsonWriter writer, T value, EncoderContext context) {
        @SuppressWarnings("unchecked") // A codec found by a value's class takes that value.
        Codec<T> codec = (Codec<T>) others.get(value.getClass());
        context.encodeWithChildContext(codec, writer, value);
    }
}
