package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import de.bwaldvogel.mongo.MongoServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class IndexedBackendIT {

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    @TempDir
    Path folder;

    private MongoServer server;
    private MongoClient client;
    private MongoCollection<Document> documents;

    @BeforeEach
    void start() {
        server = new MongoServer(IndexedBackend.inFile(folder.resolve("store.mv"), () -> {}));
        client = MongoClients.create(server.bindAndGetConnectionString());
        documents = client.getDatabase("test").getCollection("totals");
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdown();
    }

    @Test
    void aConditionalUpsertAcceptsOnlyANewerVersion() {
        upsertIfNewer("a", 1);
        upsertIfNewer("a", 3);
        List<BulkWriteError> errors = new ArrayList<>();
        try {
            documents.bulkWrite(List.of(model("a", 2), model("b", 1), model("a", 3)), UNORDERED);
        } catch (MongoBulkWriteException e) {
            errors.addAll(e.getWriteErrors());
        }

        assertThat(errors).extracting(BulkWriteError::getCode).containsExactly(11_000, 11_000);
        assertThat(errors).extracting(BulkWriteError::getIndex).containsExactly(0, 2);
        assertThat(documents.find(Filters.eq("_id", "a")).first()).containsEntry("version", 3);
        assertThat(documents.find(Filters.eq("_id", "b")).first()).containsEntry("version", 1);
    }

    @Test
    void aConditionalWriteDoesNotScanTheWholeCollection() {
        List<Document> many = IntStream.range(0, 20_000)
                .mapToObj(n -> new Document("_id", "d" + n).append("version", 1))
                .toList();
        documents.insertMany(many);
        List<ReplaceOneModel<Document>> newer =
                IntStream.range(0, 5_000).mapToObj(n -> model("d" + n, 2)).toList();

        // A scan of 20 000 documents for each write would take minutes and exceed the time limit of this class.
        assertThat(documents.bulkWrite(newer, UNORDERED).getModifiedCount()).isEqualTo(5_000);
        assertThat(documents.countDocuments(Filters.eq("version", 2))).isEqualTo(5_000);
    }

    @Test
    void equalityOnTheFirstKeyIsRightAfterEveryKindOfWrite() {
        documents.createIndex(Indexes.compoundIndex(
                Indexes.ascending("period", "kind"), Indexes.descending("points"), Indexes.ascending("userId")));
        IntStream.range(0, 30)
                .forEach(n -> documents.insertOne(new Document("_id", "u" + n)
                        .append("period", n % 3 == 0 ? "2026" : "all")
                        .append("kind", "user")
                        .append("points", n)));
        documents.updateOne(Filters.eq("_id", "u0"), Updates.set("period", "all"));
        documents.deleteOne(Filters.eq("_id", "u3"));
        documents.updateOne(Filters.eq("_id", "u6"), Updates.inc("points", 100));
        documents.updateMany(Filters.eq("period", "all"), Updates.unset("period"));

        var found = documents
                .find(Filters.and(Filters.eq("period", "2026"), Filters.eq("kind", "user")))
                .sort(Sorts.descending("points"))
                .limit(3)
                .map(document -> document.getString("_id"))
                .into(new ArrayList<>());
        assertThat(found).containsExactly("u6", "u27", "u24");
        assertThat(documents.countDocuments(Filters.eq("period", "2026"))).isEqualTo(8);
        assertThat(documents.countDocuments(Filters.eq("period", "all"))).isZero();
        assertThat(documents.countDocuments(Filters.in("period", "2026", "all")))
                .isEqualTo(8);
        assertThat(documents.countDocuments(Filters.exists("period", false))).isEqualTo(21);
    }

    @Test
    void documentsAndIndexesExistAfterTheFileIsReopened() {
        documents.createIndex(Indexes.ascending("period"));
        documents.insertOne(new Document("_id", "a").append("period", "all"));
        stop();
        start();
        documents.insertOne(new Document("_id", "b").append("period", "all"));

        assertThat(documents.countDocuments(Filters.eq("period", "all"))).isEqualTo(2);
        assertThat(documents.listIndexes().map(index -> index.getString("name")))
                .contains("period_1");
    }

    @Test
    void anIndexOfAnExistingNameOrOfExistingKeysIsRejectedAsByMongoDb() {
        documents.createIndex(Indexes.ascending("period", "kind"), new IndexOptions().name("by_period"));
        documents.createIndex(Indexes.ascending("period", "kind"), new IndexOptions().name("by_period"));

        assertThat(codeOf(() -> documents.createIndex(
                        Indexes.ascending("kind", "period"), new IndexOptions().name("by_period"))))
                .isEqualTo(86);
        assertThat(codeOf(() ->
                        documents.createIndex(Indexes.ascending("period", "kind"), new IndexOptions().name("other"))))
                .isEqualTo(85);
        assertThat(codeOf(() -> documents.createIndex(
                        Indexes.ascending("period", "kind"),
                        new IndexOptions().name("by_period").unique(true))))
                .isEqualTo(85);

        stop();
        start();
        assertThat(codeOf(() -> documents.createIndex(Indexes.ascending("kind"), new IndexOptions().name("by_period"))))
                .isEqualTo(86);
        documents.dropIndex("by_period");
        documents.createIndex(Indexes.ascending("kind"), new IndexOptions().name("by_period"));
    }

    private static int codeOf(Runnable command) {
        try {
            command.run();
            return 0;
        } catch (MongoCommandException refused) {
            return refused.getErrorCode();
        }
    }

    private void upsertIfNewer(String id, int version) {
        documents.bulkWrite(List.of(model(id, version)), UNORDERED);
    }

    private static ReplaceOneModel<Document> model(String id, int version) {
        return new ReplaceOneModel<>(
                Filters.and(
                        Filters.eq("_id", id),
                        Filters.or(
                                Filters.lt("version", version),
                                Filters.and(Filters.eq("version", version), Filters.lt("offset", 0)))),
                new Document("_id", id).append("version", version),
                new ReplaceOptions().upsert(true));
    }
}
