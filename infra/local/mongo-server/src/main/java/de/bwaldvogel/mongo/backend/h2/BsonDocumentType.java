package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Keeps documents as BSON. The store's own way is Java serialization, which costs more than all the rest of a write,
 * since each commit writes whole pages of documents.
 */
final class BsonDocumentType extends BasicDataType<Document> {

    static final BsonDocumentType INSTANCE = new BsonDocumentType();

    private static final int FIRST_CAPACITY = 512;
    /** In memory: a map's entry, its name and its value. Less, and the store's cache grows to a multiple of its bound. */
    private static final int BYTES_OF_A_FIELD = 120;

    private BsonDocumentType() {}

    @Override
    public int getMemory(Document document) {
        return memory(document);
    }

    /** An estimate, which decides when a page is split. */
    private static int memory(Map<?, ?> fields) {
        int bytes = BYTES_OF_A_FIELD;
        for (Object value : fields.values()) {
            bytes += value instanceof Map<?, ?> inner ? memory(inner) : BYTES_OF_A_FIELD;
        }
        return bytes;
    }

    @Override
    public void write(WriteBuffer buffer, Document document) {
        ByteBuf bson = encoded(document);
        buffer.putVarInt(bson.readableBytes()).put(bson.nioBuffer());
    }

    @Override
    public Document read(ByteBuffer buffer) {
        return decoded(buffer);
    }

    static ByteBuf encoded(Document document) {
        ByteBuf bson = Unpooled.buffer(FIRST_CAPACITY);
        BsonEncoder.encodeDocument(document, bson);
        return bson;
    }

    static Document decoded(ByteBuffer buffer) {
        byte[] bson = new byte[DataUtils.readVarInt(buffer)];
        buffer.get(bson);
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}
