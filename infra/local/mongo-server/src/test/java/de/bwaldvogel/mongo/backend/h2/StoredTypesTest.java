package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.DataType;
import org.junit.jupiter.api.Test;

class StoredTypesTest {

    @Test
    void aDocumentIsReadAsItWasStored() {
        Document document = new Document("_id", "2026-11:u1")
                .append("points", 25L)
                .append("count", 3)
                .append("ratio", 0.5)
                .append("nothing", null)
                .append("at", Instant.parse("2026-11-23T12:00:00Z"))
                .append("key", new BinData(new byte[] {1, 2}))
                .append("uuid", UUID.fromString("6a1f8b0e-5f0c-4d6c-9d5e-0c7b5a3b1f2d"))
                .append("w", new Document("t3", 17L))
                .append("list", List.of("a", new Document("b", true)));

        assertThat(storeAndRead(BsonDocumentType.INSTANCE, document)).isEqualTo(document);
    }

    @Test
    void aKeyIsReadAsItWasStored() {
        KeyValue key = new KeyValue("todo-3");

        assertThat(storeAndRead(KeyValueType.INSTANCE, key)).isEqualTo(key);
    }

    @Test
    void keysHaveTheOrderOfTheServersValues() {
        KeyValueType type = KeyValueType.INSTANCE;

        assertThat(type.compare(new KeyValue("a"), new KeyValue("b"))).isNegative();
        assertThat(type.compare(new KeyValue("b"), new KeyValue("b"))).isZero();
        assertThat(type.compare(new KeyValue(1.0), new KeyValue("b"))).isNegative();
    }

    private static <T> T storeAndRead(DataType<T> type, T value) {
        WriteBuffer buffer = new WriteBuffer();
        type.write(buffer, value);
        ByteBuffer written = buffer.getBuffer();
        written.flip();
        return type.read(written);
    }
}
