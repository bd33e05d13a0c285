package dev.studybuddy.audit;

import com.mongodb.ConnectionString;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bson.Document;

/**
 * This record holds the contents of one generation of the read model {@code study} in MongoDB.
 *
 * @param contributionFunction the contribution function of the version that fills the generation
 * @param mirrors the mirrors by aggregate
 * @param rollups the rollups by id
 * @param faults the open dead letters and the broken documents of all read models
 */
record ReadModelState(
        ContributionFunction contributionFunction,
        Map<AggregateKey, Document> mirrors,
        Map<String, Document> rollups,
        List<Finding> faults) {

    /**
     * Reads all documents of the active generation into memory.
     *
     * @throws IllegalStateException if no generation is active yet
     */
    static ReadModelState read(String mongoUri, IntFunction<Optional<ContributionFunction>> contributionFunctions) {
        try (MongoClient client = MongoClients.create(mongoUri)) {
            MongoDatabase database = client.getDatabase(databaseOf(mongoUri));
            return read(database, activeGeneration(database), contributionFunctions);
        }
    }

    /**
     * Reads all documents of one generation into memory.
     *
     * @param contributionFunctions returns the contribution function of a version; empty if the version does not exist
     * @throws IllegalStateException if the generation has no entry in its record, or a version that does not exist
     */
    static ReadModelState read(
            MongoDatabase source, int generation, IntFunction<Optional<ContributionFunction>> contributionFunctions) {
        MongoDatabase database = source.withReadConcern(ReadConcern.MAJORITY);
        Map<AggregateKey, Document> mirrors = new HashMap<>();
        for (AggregateType type : AggregateType.values()) {
            for (Document one :
                    database.getCollection(Names.mirrors(type, generation)).find()) {
                mirrors.put(new AggregateKey(type, one.getString("_id")), one);
            }
        }
        Map<String, Document> rollups = new HashMap<>();
        for (Document one :
                database.getCollection(Names.studyRollups(generation)).find()) {
            rollups.put(one.getString("_id"), one);
        }
        return new ReadModelState(
                contributionFunction(database, generation, contributionFunctions), mirrors, rollups, faults(database));
    }

    /** Returns the open dead letters and the broken documents of all read models. */
    static List<Finding> faults(MongoDatabase database) {
        List<Finding> faults = new ArrayList<>();
        for (Document one : database.getCollection(Names.DEAD_LETTERS).find(new Document("state", "open"))) {
            faults.add(new Finding(Names.DEAD_LETTERS, one.getString("_id"), one.getString("reason")));
        }
        for (Document one : database.getCollection(Names.BROKEN).find()) {
            faults.add(new Finding(Names.BROKEN, String.valueOf(one.get("_id")), one.toJson()));
        }
        return faults;
    }

    /** Returns the name of the database in a MongoDB URI. */
    static String databaseOf(String mongoUri) {
        return Objects.requireNonNull(
                new ConnectionString(mongoUri).getDatabase(),
                "the MongoDB URI must name a database, such as mongodb://host/name");
    }

    /** Returns the contribution function of the version that fills a generation. */
    static ContributionFunction contributionFunction(
            MongoDatabase database, int generation, IntFunction<Optional<ContributionFunction>> contributionFunctions) {
        return new GenerationStore(database)
                .read(Names.STUDY)
                .map(record -> record.generations().get(generation))
                .flatMap(entry -> contributionFunctions.apply(entry.projectionVersion()))
                .orElseThrow(() -> new IllegalStateException(
                        "generation " + generation + " is not recorded, or its version is unknown"));
    }

    private static int activeGeneration(MongoDatabase database) {
        return new GenerationStore(database)
                .read(Names.STUDY)
                .map(GenerationRecord::active)
                .orElseThrow(() -> new IllegalStateException("no generation of the read model is active"));
    }
}
