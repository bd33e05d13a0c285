package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Opens databases whose collections have {@link IdIndex} and {@link SecondaryIndex}, and which reject conflicting
 * indexes.
 */
final class IndexedDatabase {

    private static final String DATABASES = "databases.";
    private static final String META = "meta.";

    private IndexedDatabase() {}

    /**
     * Opens a database. Its class is anonymous, because the library opens the collections in its constructor, before
     * the fields of a named class would be set.
     */
    static H2Database open(String databaseName, MVStore store, CursorRegistry cursors) {
        return new H2Database(databaseName, store, cursors) {
            @Override
            protected synchronized void addIndex(Document description) {
                Document ofCollection = new Document("ns", description.get("ns"));
                IndexConflicts.check(description, getOrCreateIndexesCollection().handleQuery(ofCollection));
                super.addIndex(description);
            }

            @Override
            protected Index<Object> openOrCreateUniqueIndex(
                    String collection, String index, List<IndexKey> keys, boolean sparse) {
                if (keys.size() == 1 && "_id".equals(keys.getFirst().getKey())) {
                    MVMap<KeyValue, Object> positions = store.openMap(
                            databaseName + "." + collection + "._index_" + index,
                            new MVMap.Builder<KeyValue, Object>().keyType(KeyValueType.INSTANCE));
                    return new IdIndex(positions, openDocuments(collection), index, keys, sparse);
                }
                return super.openOrCreateUniqueIndex(collection, index, keys, sparse);
            }

            @Override
            protected Index<Object> openOrCreateSecondaryIndex(
                    String collection, String index, List<IndexKey> keys, boolean sparse) {
                return new SecondaryIndex<>(index, keys);
            }

            @Override
            protected MongoCollection<Object> openOrCreateCollection(String collection, CollectionOptions options) {
                MVMap<String, Object> meta = store.openMap(META + databaseName + "." + collection);
                return new ImmutableDocuments(this, collection, options, openDocuments(collection), meta, cursors);
            }

            private MVMap<Object, Document> openDocuments(String collection) {
                return store.openMap(
                        DATABASES + databaseName + "." + collection,
                        new MVMap.Builder<Object, Document>().valueType(BsonDocumentType.INSTANCE));
            }
        };
    }
}
