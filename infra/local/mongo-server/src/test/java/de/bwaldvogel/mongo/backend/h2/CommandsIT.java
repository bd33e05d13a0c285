package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ServerDescription;
import de.bwaldvogel.mongo.MongoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that the embedded server answers each command of the services, and rejects those that it does not implement.
 */
class CommandsIT {

    private MongoServer server;
    private MongoClient client;
    private MongoDatabase database;

    @BeforeEach
    void start() {
        server = new MongoServer(IndexedBackend.inMemory());
        client = MongoClients.create(server.bindAndGetConnectionString());
        database = client.getDatabase("test");
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdown();
    }

    @Test
    void theDriverAcceptsTheAnnouncedWireVersion() {
        Document hello = database.runCommand(new Document("isMaster", 1));

        assertThat(hello.getInteger("maxWireVersion"))
                .isBetween(ServerDescription.MIN_DRIVER_WIRE_VERSION, ServerDescription.MAX_DRIVER_WIRE_VERSION);
        assertThat(hello)
                .as("without sessions, each read of the services is independent")
                .doesNotContainKey("logicalSessionTimeoutMinutes");
    }

    @Test
    void everyCommandThatTheServicesSendIsAnswered() {
        Document document = new Document("_id", 1).append("n", 1);
        Document first = new Document("_id", 1);
        for (Document command : List.of(
                new Document("ping", 1),
                new Document("insert", "c").append("documents", List.of(document)),
                new Document("createIndexes", "c")
                        .append("indexes", List.of(new Document("key", new Document("n", 1)).append("name", "by_n"))),
                new Document("listIndexes", "c"),
                new Document("listCollections", 1),
                new Document("update", "c")
                        .append(
                                "updates",
                                List.of(new Document("q", first)
                                        .append("u", new Document("$inc", new Document("n", 1))))),
                new Document("find", "c").append("filter", first),
                new Document("distinct", "c").append("key", "n").append("query", new Document()),
                new Document("aggregate", "c")
                        .append(
                                "pipeline",
                                List.of(new Document(
                                        "$group", new Document("_id", 1).append("n", new Document("$sum", 1)))))
                        .append("cursor", new Document()),
                new Document("delete", "c")
                        .append("deletes", List.of(new Document("q", new Document()).append("limit", 0))),
                new Document("dropIndexes", "c").append("index", "by_n"),
                new Document("drop", "c"),
                new Document("dropDatabase", 1))) {
            assertThat(((Number) database.runCommand(command).get("ok")).intValue())
                    .as("%s", command)
                    .isOne();
        }
    }

    @Test
    void aReadWithoutABatchSizeIsAnsweredInBatches() {
        int documents = 1500;
        database.getCollection("c")
                .insertMany(IntStream.range(0, documents)
                        .mapToObj(id -> new Document("_id", id))
                        .toList());

        Document answer = database.runCommand(new Document("find", "c"));

        Document cursor = answer.get("cursor", Document.class);
        assertThat(cursor.getList("firstBatch", Document.class)).hasSize(101);
        assertThat(cursor.getLong("id")).isNotZero();
        assertThat(database.getCollection("c").find().into(new ArrayList<>()))
                .extracting(found -> found.getInteger("_id"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, documents).boxed().toList());
    }

    @Test
    void aReadInBatchesReturnsARangeOfIdsInTheirOrderUpToItsLimit() {
        MongoCollection<Document> collection = database.getCollection("c");
        collection.insertMany(IntStream.range(0, 300)
                .mapToObj(n -> new Document("_id", "%03d".formatted(299 - n)).append("even", n % 2 == 0))
                .toList());
        collection.insertOne(new Document("_id", 7));

        assertThat(collection
                        .find(new Document("_id", new Document("$gte", "010").append("$lt", "200"))
                                .append("even", true))
                        .sort(new Document("_id", 1))
                        .projection(new Document("even", 1))
                        .limit(70)
                        .batchSize(20))
                .extracting(found -> found.getString("_id"))
                .containsExactlyElementsOf(IntStream.range(0, 70)
                        .mapToObj(n -> "%03d".formatted(11 + 2 * n))
                        .toList());
        assertThat(collection.find().batchSize(100)).hasSize(301);
    }

    @Test
    void aReplyHoldsAtMost48MegabytesWhateverItsBatchSize() {
        MongoCollection<Document> collection = database.getCollection("c");
        String title = "x".repeat(200_000);
        List<String> ids = IntStream.range(0, 300).mapToObj("%03d"::formatted).toList();
        ids.forEach(id -> collection.insertOne(new Document("_id", id).append("title", title)));

        assertThat(collection
                        .find(new Document("_id", new Document("$in", ids)))
                        .batchSize(301))
                .hasSize(300);
        assertThat(collection.find().batchSize(301)).hasSize(300);
    }

    @Test
    void anIdExistsOnceWhateverItsType() {
        MongoCollection<Document> collection = database.getCollection("c");
        for (Object id : List.of("1", 1, new ObjectId())) {
            collection.insertOne(new Document("_id", id));

            assertThatThrownBy(() -> collection.insertOne(new Document("_id", id)))
                    .isInstanceOf(MongoWriteException.class)
                    .hasMessageContaining("duplicate key");
            assertThat(collection.find(new Document("_id", id)).first()).isNotNull();
        }
        assertThatThrownBy(() -> collection.insertOne(new Document("_id", 1L))).isInstanceOf(MongoWriteException.class);
        assertThat(collection.countDocuments()).isEqualTo(3);
        assertThat(collection.deleteMany(new Document()).getDeletedCount()).isEqualTo(3);
        assertThat(collection.find()).isEmpty();
    }

    @Test
    void aReadInBatchesContinuesAfterItsLastDocumentWasRemoved() {
        MongoCollection<Document> collection = database.getCollection("c");
        collection.insertMany(IntStream.range(0, 30)
                .mapToObj(n -> new Document("_id", "%03d".formatted(n)))
                .toList());
        try (MongoCursor<Document> cursor = collection.find().batchSize(10).cursor()) {
            for (int n = 0; n < 10; n++) {
                cursor.next();
            }
            collection.deleteMany(new Document("_id", new Document("$in", List.of("009", "010"))));

            assertThat(cursor.next()).isEqualTo(new Document("_id", "011"));
        }
    }

    @Test
    void aTransactionIsNotAnswered() {
        assertThatThrownBy(() -> database.runCommand(new Document("commitTransaction", 1)))
                .isInstanceOf(MongoCommandException.class)
                .hasMessageContaining("commitTransaction");
    }
}
