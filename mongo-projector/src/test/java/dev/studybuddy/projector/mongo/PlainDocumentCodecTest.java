package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

class PlainDocumentCodecTest {

    private static final Document OF_EVERY_KIND = new Document("_id", "ä")
            .append("int", 1)
            .append("long", 1L << 40)
            .append("double", 0.5)
            .append("flag", true)
            .append("nothing", null)
            .append("date", Date.from(Instant.ofEpochMilli(1_700_000_000_000L)))
            .append("bytes", new Binary(new byte[] {1, 2, 3}))
            .append("list", Arrays.asList("a", 1, null, List.of(2L), new Document("b", false)))
            .append("document", new Document("c", new Document()))
            .append("encoded", new RawBsonDocument(new Document("d", 1L), new DocumentCodec()))
            .append("none", List.of());

    private final Codec<Document> plain = new PlainDocumentCodec(MongoClientSettings.getDefaultCodecRegistry());

    @Test
    void theCodecEncodesLikeTheDriversCodec() {
        assertThat(bytes(plain)).isEqualTo(bytes(new DocumentCodec()));
    }

    @Test
    void theCodecDecodesWhatItEncoded() {
        RawBsonDocument written = new RawBsonDocument(bytes(plain));
        try (BsonBinaryReader reader =
                new BsonBinaryReader(written.getByteBuffer().asNIO())) {
            assertThat(plain.decode(reader, DecoderContext.builder().build()))
                    .isEqualTo(new Document(OF_EVERY_KIND).append("encoded", new Document("d", 1L)));
        }
    }

    private static byte[] bytes(Codec<Document> codec) {
        try (BasicOutputBuffer buffer = new BasicOutputBuffer();
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            codec.encode(writer, OF_EVERY_KIND, EncoderContext.builder().build());
            return buffer.toByteArray();
        }
    }
}
