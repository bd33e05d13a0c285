package dev.studybuddy.projector.mongo;

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
 * This codec encodes the types of which read models consist without a lookup of each value's codec in the registry.
 * That lookup caused a tenth of all allocations of the projector. The driver's codecs encode every other type and
 * decode all documents.
 */
final class PlainDocumentCodec implements Codec<Document> {

    private final CodecRegistry registry;
    private final DocumentCodec decoder;

    PlainDocumentCodec(CodecRegistry registry) {
        this.registry = registry;
        this.decoder = new DocumentCodec(registry);
    }

    @Override
    public Class<Document> getEncoderClass() {
        return Document.class;
    }

    @Override
    public Document decode(BsonReader reader, DecoderContext context) {
        return decoder.decode(reader, context);
    }

    @Override
    public void encode(BsonWriter writer, Document document, EncoderContext context) {
        writer.writeStartDocument();
        for (Map.Entry<String, @Nullable Object> field : document.entrySet()) {
            writer.writeName(field.getKey());
            writeValue(writer, field.getValue(), context);
        }
        writer.writeEndDocument();
    }

    private void writeValue(BsonWriter writer, @Nullable Object value, EncoderContext context) {
        switch (value) {
            case null -> writer.writeNull();
            case String text -> writer.writeString(text);
            case Integer number -> writer.writeInt32(number);
            case Long number -> writer.writeInt64(number);
            case Double number -> writer.writeDouble(number);
            case Boolean flag -> writer.writeBoolean(flag);
            case Date date -> writer.writeDateTime(date.toInstant().toEpochMilli());
            case Document document -> encode(writer, document, context);
            case RawBsonDocument raw -> copyEncoded(writer, raw);
            case List<?> list -> {
                writer.writeStartArray();
                for (Object element : list) {
                    writeValue(writer, element, context);
                }
                writer.writeEndArray();
            }
            default -> writeWithRegistry(writer, value, context);
        }
    }

    private static void copyEncoded(BsonWriter writer, RawBsonDocument encoded) {
        try (BsonBinaryReader reader =
                new BsonBinaryReader(encoded.getByteBuffer().asNIO())) {
            writer.pipe(reader);
        }
    }

    private <T> void writeWithRegistry(BsonWriter writer, T value, EncoderContext context) {
        @SuppressWarnings("unchecked") // A codec that was found by a value's class can encode the value.
        Codec<T> codec = (Codec<T>) registry.get(value.getClass());
        context.encodeWithChildContext(codec, writer, value);
    }
}
