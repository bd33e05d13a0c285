package dev.studybuddy.projector.generation;

import com.mongodb.MongoCommandException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Creates the indexes of a generation. An existing index of the same name or of the same keys stays unchanged, so that
 * no index prevents a generation from being served.
 */
@Component
final class IndexCreator {

    /** MongoDB answers with these codes if an index conflicts with an existing one: 85 options, 86 keys. */
    private static final Set<Integer> CONFLICTS = Set.of(85, 86);

    private final MongoDatabase database;
    private final IndexDifferences differences;

    IndexCreator(MongoDatabase database, IndexDifferences differences) {
        this.database = database.withWriteConcern(WriteConcern.MAJORITY);
        this.differences = differences;
    }

    /** Creates the missing indexes of a generation, and records those that MongoDB has with another definition. */
    void createAll(ReadModel model, int generation) {
        List<String> conflicts = new ArrayList<>();
        for (ReadModel.Index index : model.indexes()) {
            create(index.collection() + Names.suffix(generation), index.name(), index.keys(), conflicts);
        }
        create(
                Names.journal(model.name(), generation),
                JournalFields.POSITIONS_INDEX,
                JournalFields.positionsIndex(),
                conflicts);
        differences.record(model.name(), generation, conflicts);
    }

    private void create(String collection, String name, Document keys, List<String> conflicts) {
        try {
            database.getCollection(collection).createIndex(keys, new IndexOptions().name(name));
        } catch (MongoCommandException refused) {
            if (!CONFLICTS.contains(refused.getErrorCode())) {
                throw refused;
            }
            conflicts.add("the index " + name + " of " + collection + " must have the keys " + keys.toJson() + "; "
                    + refused.getErrorMessage());
        }
    }
}
