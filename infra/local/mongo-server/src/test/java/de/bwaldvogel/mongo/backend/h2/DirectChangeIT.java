package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import de.bwaldvogel.mongo.MongoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.Document;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares direct changes with the library's results, including errors and counts. */
@Timeout(180)
class DirectChangeIT {

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final int ROUNDS = 150;
    private static final int WRITES = 40;

    private final Random random = new Random(7);

    @Test
    void randomWritesHaveTheSameResultAsInTheLibrary() {
        MongoServer library = new MongoServer(new H2Backend(MVStore.open(null)));
        MongoServer ours = new MongoServer(IndexedBackend.inMemory());
        try (MongoClient clientOfLibrary = MongoClients.create(library.bindAndGetConnectionString());
                MongoClient client = MongoClients.create(ours.bindAndGetConnectionString())) {
            MongoCollection<Document> expected =
                    clientOfLibrary.getDatabase("test").getCollection("all");
            MongoCollection<Document> found = client.getDatabase("test").getCollection("all");
            found.createIndex(Indexes.ascending("period"));
            for (int round = 0; round < ROUNDS; round++) {
                List<WriteModel<Document>> writes = new ArrayList<>();
                for (int n = 0; n < WRITES; n++) {
                    writes.add(write());
                }
                assertThat(outcome(found, writes)).isEqualTo(outcome(expected, writes));
            }
            assertThat(all(found)).isEqualTo(all(expected));
            assertThat(found.find(new Document("period", "2026")).into(new ArrayList<>()))
                    .containsExactlyInAnyOrderElementsOf(
                            expected.find(new Document("period", "2026")).into(new ArrayList<>()));
        } finally {
            library.shutdown();
            ours.shutdown();
        }
    }

    private static List<Document> all(MongoCollection<Document> documents) {
        return documents.find().sort(new Document("_id", 1)).into(new ArrayList<>());
    }

    private static String outcome(MongoCollection<Document> documents, List<WriteModel<Document>> writes) {
        try {
            BulkWriteResult result = documents.bulkWrite(writes, UNORDERED);
            return describe(result, List.of());
        } catch (MongoBulkWriteException partly) {
            return describe(partly.getWriteResult(), partly.getWriteErrors());
        }
    }

    private static String describe(BulkWriteResult result, List<BulkWriteError> errors) {
        return result.getMatchedCount() + " matched, " + result.getModifiedCount() + " modified, "
                + result.getUpserts()
                + errors.stream()
                        .map(error -> error.getIndex() + ":" + error.getCode())
                        .toList();
    }

    private WriteModel<Document> write() {
        Document filter = new Document("_id", "d" + random.nextInt(30));
        long hi = random.nextInt(100);
        switch (random.nextInt(4)) {
            case 0 -> filter.append("w.t3", new Document("$not", new Document("$gte", hi)));
            case 1 ->
                filter.append(
                        "$or",
                        List.of(
                                new Document("version", new Document("$lt", hi)),
                                new Document("version", hi).append("offset", new Document("$lt", hi))));
            case 2 -> filter.append("kind", "user");
            default -> {}
        }
        boolean upsert = random.nextInt(3) > 0;
        if (random.nextInt(3) == 0) {
            Document replacement = new Document("version", hi)
                    .append("offset", (long) random.nextInt(100))
                    .append("period", period())
                    .append("inner", new Document("a", 1L));
            return new ReplaceOneModel<>(filter, replacement, new ReplaceOptions().upsert(upsert));
        }
        Document update = new Document();
        if (random.nextInt(4) > 0) {
            update.append("$inc", new Document(path(), amount()).append(path() + "x", 1L));
        }
        if (random.nextInt(2) == 0) {
            update.append("$set", new Document("w.t3", hi).append(random.nextBoolean() ? "period" : "kind", period()));
        }
        if (random.nextInt(2) == 0 || update.isEmpty()) {
            update.append("$setOnInsert", new Document(path() + "y", "user").append("born", true));
        }
        return new UpdateOneModel<>(filter, update, new UpdateOptions().upsert(upsert));
    }

    private String period() {
        return random.nextBoolean() ? "2026" : "all";
    }

    private String path() {
        return List.of("points", "inner.a", "inner.b", "inner.deep.c", "w.t3", "period.x", "list.0", "version")
                .get(random.nextInt(8));
    }

    private Object amount() {
        return switch (random.nextInt(4)) {
            case 0 -> 3;
            case 1 -> 2.5;
            default -> (long) random.nextInt(9) - 4;
        };
    }
}
