package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.h2.mvstore.MVMap;

/**
 * An id index also serves a filter that combines the {@code _id} with further conditions, such as a condition on the
 * version. The server checks the whole filter on each document that an index finds.
 */
final class IdIndex extends H2UniqueIndex {

    private static final String ID = "_id";

    IdIndex(MVMap<KeyValue, Object> map, String name, List<IndexKey> keys, boolean sparse) {
        super(map, name, keys, sparse);
    }

    @Override
    public synchronized boolean canHandle(Document filter) {
        return super.canHandle(idOnly(filter));
    }

    @Override
    public synchronized Iterable<Object> getPositions(Document filter) {
        return super.getPositions(idOnly(filter));
    }

    private static Document idOnly(Document filter) {
        return FilterEquality.condition(ID, filter)
                .map(id -> new Document(ID, id))
                .orElse(filter);
    }
}
