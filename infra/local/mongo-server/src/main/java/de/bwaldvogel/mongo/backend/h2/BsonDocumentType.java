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
 * Stores documents as BSON. The store's default is Java serialization, which costs more than the rest of a write,
 * because each commit writes whole pages of documents.
 */
final class BsonDocumentType extends BasicDataType<Document> {

    static final BsonDocumentType INSTANCE = new BsonDocumentType();

    private static final int INITIAL_CAPACITY = 512;
    /**
     * A field takes about this much memory: a map's entry, a name and a value. With a smaller value, the store's cache
     * grows to a multiple of its limit.
     */
    private static final int BYTES_PER_FIELD = 120;

    private BsonDocumentType() {}

    @Override
    public int getMemory(Document document) {
        return estimatedBytes(document);
    }

    /**
     * Returns an estimate of the memory of the fields in bytes. The store splits its pages and limits its cache by this
     * estimate.
     */
    private static int estimatedBytes(Map<?, ?> fields) {
        int bytes = BYTES_PER_FIELD;
        for (Object value : fields.values()) {
            bytes += value instanceof Map<?, ?> inner ? estimatedBytes(inner) : BYTES_PER_FIELD;
        }
        return bytes;
    }

    @Override
    public void write(WriteBuffer buffer, Document document) {
        ByteBuf bson = encode(document);
        buffer.putVarInt(bson.readableBytes()).put(bson.nioBuffer());
    }

    @Override
    public Document read(ByteBuffer buffer) {
        return decode(buffer);
    }

    static ByteBuf encode(Document document) {
        ByteBuf bson = Unpooled.buffer(INITIAL_CAPACITY);
        BsonEncoder.encodeDocument(document, bson);
        return bson;
    }

    static Document decode(ByteBuffer buffer) {
        byte[] bson = new byte[DataUtils.readVarInt(buffer)];
        buffer.get(bson);
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}
