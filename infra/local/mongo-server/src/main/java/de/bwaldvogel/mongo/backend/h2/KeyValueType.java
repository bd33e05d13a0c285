package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Stores the keys of {@link IdIndex} and compares them as the server compares values. The store's default type
 * serializes both keys for each comparison, about a dozen times for each look-up.
 */
final class KeyValueType extends BasicDataType<KeyValue> {

    static final KeyValueType INSTANCE = new KeyValueType();

    private static final int BYTES_PER_KEY = 120;

    private KeyValueType() {}

    @Override
    public int compare(KeyValue one, KeyValue other) {
        int order = Integer.compare(one.size(), other.size());
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = one.get(i) instanceof String text && other.get(i) instanceof String otherText
                    ? text.compareTo(otherText)
                    : ValueComparator.asc().compare(one.get(i), other.get(i));
        }
        return order;
    }

    @Override
    public int getMemory(KeyValue key) {
        return BYTES_PER_KEY;
    }

    @Override
    public void write(WriteBuffer buffer, KeyValue key) {
        Document values = new Document();
        for (int i = 0; i < key.size(); i++) {
            values.append(Integer.toString(i), key.get(i));
        }
        BsonDocumentType.INSTANCE.write(buffer, values);
    }

    @Override
    public KeyValue read(ByteBuffer buffer) {
        return new KeyValue(BsonDocumentType.decode(buffer).values());
    }

    @Override
    public KeyValue[] createStorage(int size) {
        return new KeyValue[size];
    }
}
