package dev.studybuddy.projector.generation;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Creates the indexes of a generation. An existing index of the same name or of the same keys stays unchanged, so that
 * no index prevents a generation from being served.
 */
@Component
final class IndexCreator {

    /**
     * MongoDB answers with these codes if an index conflicts with an existing one. Code 85 reports different options,
     * and code 86 reports different keys.
     */
    private static final Set<Integer> CONFLICTS = Set.of(85, 86);

    private final MongoDatabase database;
    private final IndexDifferences differences;

    IndexCreator(MongoDatabase database, IndexDifferences differences) {
        this.database = database.withWriteConcern(WriteConcern.MAJORITY);
        this.differences = differences;
    }

    /**
     * Creates the missing indexes of a generation, and records those that MongoDB has with another definition, refuses
     * to create, or does not create before the driver's timeout. Such an index does not prevent the creation of the
     * others.
     *
     * @return whether each index exists with its definition; false if one conflicts with an existing index
     * @throws MongoCommandException if MongoDB refuses to create an index that conflicts with no other
     * @throws MongoSocketException if MongoDB does not answer the request for an index
     * @throws MongoExecutionTimeoutException if MongoDB ends the creation of an index at the timeout of the driver
     * @throws MongoOperationTimeoutException if the timeout of the driver ends the request for an index
     */
    boolean createAll(ReadModel model, int generation) {
        List<String> found = new ArrayList<>();
        List<MongoException> failures = new ArrayList<>();
        for (ReadModel.Index index : model.indexes()) {
            create(index.collection() + Names.suffix(generation), index.name(), index.keys(), found)
                    .ifPresent(failures::add);
        }
        create(
                        Names.journal(model.name(), generation),
                        JournalFields.POSITIONS_INDEX,
                        JournalFields.positionsIndex(),
                        found)
                .ifPresent(failures::add);
        differences.record(model.name(), generation, found);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return found.isEmpty();
    }

    /** Creates an index if it is missing. Returns the failure, or empty if the index exists or conflicts. */
    private Optional<MongoException> create(String collection, String name, Document keys, List<String> found) {
        String index = "the index " + name + " of " + collection;
        try {
            database.getCollection(collection).createIndex(keys, new IndexOptions().name(name));
            return Optional.empty();
        } catch (MongoCommandException refused) {
            if (CONFLICTS.contains(refused.getErrorCode())) {
                found.add(index + " must have the keys " + keys.toJson() + "; " + refused.getErrorMessage());
                return Optional.empty();
            }
            // The message of a refusal may contain the command with its session, so it differs in each attempt.
            found.add(index + " is missing; MongoDB refuses to create it with code " + refused.getErrorCode() + " "
                    + refused.getErrorCodeName());
            return Optional.of(refused);
        } catch (MongoSocketException | MongoExecutionTimeoutException | MongoOperationTimeoutException unanswered) {
            // MongoDB may need longer for an index of a large collection than the driver waits for an answer.
            found.add(index + " is being built or missing; MongoDB did not create it before the timeout");
            return Optional.of(unanswered);
        }
    }
}
