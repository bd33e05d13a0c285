package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import de.bwaldvogel.mongo.MongoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CompoundIndexIT {

    private static final List<String> PERIODS = List.of("all", "2026", "2025");
    private static final Document BY_POINTS = new Document("points", -1).append("userId", 1);
    private static final Document BY_POINTS_UPWARDS = new Document("points", 1).append("userId", -1);

    private final Random random = new Random(7);
    private MongoServer server;
    private MongoClient client;
    private MongoCollection<Document> indexed;
    private MongoCollection<Document> scanned;

    @BeforeEach
    void start() {
        server = new MongoServer(IndexedBackend.inMemory());
        client = MongoClients.create(server.bindAndGetConnectionString());
        MongoDatabase database = client.getDatabase("test");
        indexed = database.getCollection("indexed");
        scanned = database.getCollection("scanned");
        indexed.createIndex(Indexes.compoundIndex(
                Indexes.ascending("period", "kind"), Indexes.descending("points"), Indexes.ascending("userId")));
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdown();
    }

    @Test
    void everyRangeAndOrderEqualsThatOfACollectionWithoutAnIndex() {
        for (int round = 0; round < 12; round++) {
            writeSome();
            for (int query = 0; query < 15; query++) {
                assertSameResult(randomFilter());
            }
        }
    }

    @Test
    void aValueWithoutAKnownOrderLeavesEveryResultCorrect() {
        writeSome();
        for (Object points : List.of(List.of(1, 9), new Document("a", 1), new ObjectId(), Double.NaN)) {
            insert(new Document("_id", points.toString())
                    .append("period", "all")
                    .append("kind", "user")
                    .append("points", points)
                    .append("userId", "u"));
            assertSameSet(Filters.and(Filters.eq("period", "all"), Filters.gt("points", 3)));
            indexed.deleteOne(Filters.eq("_id", points.toString()));
            scanned.deleteOne(Filters.eq("_id", points.toString()));
            assertSameResult(Filters.and(Filters.eq("period", "all"), Filters.gt("points", 3)));
        }
    }

    @Test
    void aLimitEndsTheReadOfALargeCollection() {
        indexed.insertMany(IntStream.range(0, 50_000)
                .mapToObj(n -> new Document("_id", "d" + n)
                        .append("period", "all")
                        .append("kind", "user")
                        .append("points", n)
                        .append("userId", "u" + n))
                .toList());
        // A sort of 50 000 documents for each of 1 000 reads would take minutes and exceed the time limit of this
        // class.
        for (int n = 10; n < 1_010; n++) {
            List<String> below = indexed.find(Filters.and(
                            Filters.eq("period", "all"), Filters.eq("kind", "user"), Filters.lt("points", n)))
                    .sort(BY_POINTS)
                    .limit(3)
                    .map(document -> document.getString("_id"))
                    .into(new ArrayList<>());
            assertThat(below).containsExactly("d" + (n - 1), "d" + (n - 2), "d" + (n - 3));
            assertThat(indexed.countDocuments(
                            Filters.and(
                                    Filters.eq("period", "all"), Filters.eq("kind", "user"), Filters.gte("points", n)),
                            new CountOptions().limit(50)))
                    .isEqualTo(50);
        }
    }

    private void writeSome() {
        for (int n = 0; n < 20; n++) {
            String id = "d" + random.nextInt(60);
            switch (random.nextInt(5)) {
                case 0 -> {
                    indexed.deleteOne(Filters.eq("_id", id));
                    scanned.deleteOne(Filters.eq("_id", id));
                }
                case 1 -> {
                    Bson number = Filters.and(Filters.eq("_id", id), Filters.lt("points", 100));
                    indexed.updateOne(number, Updates.inc("points", 2L));
                    scanned.updateOne(number, Updates.inc("points", 2L));
                }
                case 2 -> {
                    String period = PERIODS.get(random.nextInt(3));
                    indexed.updateMany(Filters.lt("points", 2), Updates.set("period", period));
                    scanned.updateMany(Filters.lt("points", 2), Updates.set("period", period));
                }
                default -> insert(randomDocument(id));
            }
        }
    }

    private void insert(Document document) {
        for (MongoCollection<Document> each : List.of(indexed, scanned)) {
            each.deleteOne(Filters.eq("_id", document.get("_id")));
            each.insertOne(new Document(document));
        }
    }

    private Document randomDocument(String id) {
        Document document = new Document("_id", id);
        if (random.nextInt(10) > 0) {
            document.append("period", PERIODS.get(random.nextInt(3)));
        }
        if (random.nextInt(10) > 0) {
            document.append("kind", random.nextBoolean() ? "user" : "subject");
        }
        switch (random.nextInt(8)) {
            case 0 -> document.append("points", null);
            case 1 -> document.append("points", random.nextInt(8) + 0.5);
            case 2 -> document.append("points", "many");
            case 3 -> {}
            default -> document.append("points", random.nextInt(8));
        }
        return document.append("userId", "u" + random.nextInt(1_000_000));
    }

    private Bson randomFilter() {
        Document filter = new Document("period", PERIODS.get(random.nextInt(3)));
        if (random.nextInt(4) > 0) {
            filter.append("kind", random.nextBoolean() ? "user" : new Document("$eq", "subject"));
        }
        Document bounds = new Document();
        if (random.nextInt(10) == 0) {
            bounds.append("$gt", random.nextInt(8)).append("$gte", random.nextInt(8));
        } else if (random.nextBoolean()) {
            bounds.append(random.nextBoolean() ? "$gt" : "$gte", random.nextInt(8));
        }
        if (random.nextBoolean()) {
            bounds.append(random.nextBoolean() ? "$lt" : "$lte", random.nextInt(8));
        }
        if (!bounds.isEmpty()) {
            filter.append("points", bounds);
        } else if (random.nextBoolean()) {
            filter.append("points", random.nextInt(8));
            filter.append("userId", new Document(random.nextBoolean() ? "$gt" : "$lt", "u5"));
        }
        return filter;
    }

    private void assertSameResult(Bson filter) {
        for (Document order : List.of(BY_POINTS, BY_POINTS_UPWARDS)) {
            // Documents of two kinds can have equal points, so the last key of the order makes it unique.
            assertThat(indexed.find(filter).sort(order).into(new ArrayList<>()))
                    .as("%s in the order %s", filter, order)
                    .isEqualTo(scanned.find(filter).sort(order).into(new ArrayList<>()));
            assertThat(indexed.find(filter).sort(order).skip(1).limit(3).into(new ArrayList<>()))
                    .as("%s in the order %s", filter, order)
                    .isEqualTo(scanned.find(filter).sort(order).skip(1).limit(3).into(new ArrayList<>()));
        }
        assertSameSet(filter);
    }

    private void assertSameSet(Bson filter) {
        assertThat(indexed.find(filter).into(new ArrayList<>()))
                .as("%s", filter)
                .containsExactlyInAnyOrderElementsOf(scanned.find(filter).into(new ArrayList<>()));
        for (CountOptions options :
                List.of(new CountOptions(), new CountOptions().limit(2), new CountOptions().skip(1))) {
            assertThat(indexed.countDocuments(filter, options))
                    .as("%s with %s", filter, options)
                    .isEqualTo(scanned.countDocuments(filter, options));
        }
    }
}
