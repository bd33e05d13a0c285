package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class GenerationDropperIT {

    private final AtomicLong nanos = new AtomicLong();
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;

    @BeforeEach
    void open() {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
    }

    @AfterEach
    void close() {
        client.close();
        mongo.close();
    }

    /** The dropper deletes marks after it has read the record, and a generation may start between the two steps. */
    @Test
    void theMarksOfUnlistedGenerationsAreDeletedAndThoseOfALaterOneAreKept() {
        GenerationStore store = listOnlyTheThirdGeneration();
        MongoCollection<Document> marks = database.getCollection(Names.BROKEN);
        for (int generation = 1; generation <= 4; generation++) {
            marks.insertOne(mark(generation));
        }

        dropper(database, store).dropCollections(new Study());

        List<Document> kept = marks.find().into(new ArrayList<>());
        assertThat(kept).extracting(mark -> mark.getInteger("generation")).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void aRefusedDropDelaysNoOtherOneAndIsRepeatedInTheNextRound() {
        GenerationStore store = listOnlyTheThirdGeneration();
        Set<String> refused = new HashSet<>(Set.of("study_totals_g1", "study_journal_g1"));
        Set<String> others = Set.of("study_totals_g2", "study_journal_g2");
        refused.forEach(this::createCollection);
        others.forEach(this::createCollection);
        createCollection("study_totals_g3");
        GenerationDropper dropper = dropper((MongoDatabase) withRefusedDrops(database, refused), store);
        dropper.dropCollections(new Study());
        assertThat(collections()).containsAll(refused).containsAll(others);
        nanos.addAndGet(properties().projector().dropAfter().toNanos());
        MongoCollection<Document> marks = database.getCollection(Names.BROKEN);
        marks.insertOne(mark(1));

        assertThatThrownBy(() -> dropper.dropCollections(new Study())).isInstanceOf(MongoCommandException.class);

        assertThat(collections()).containsAll(refused).doesNotContainAnyElementsOf(others);
        assertThat(marks.countDocuments()).isZero();

        refused.clear();
        dropper.dropCollections(new Study());

        assertThat(collections()).contains("study_totals_g3").doesNotContain("study_totals_g1", "study_journal_g1");
    }

    private GenerationStore listOnlyTheThirdGeneration() {
        GenerationStore store = new GenerationStore(database);
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        Generation third = new Generation(3, 2, Map.of(), false, at, null, null, null);
        assertThat(store.compareAndSet(GenerationRecord.empty("study").beginActive(third)))
                .isTrue();
        return store;
    }

    private GenerationDropper dropper(MongoDatabase used, GenerationStore store) {
        return new GenerationDropper(used, store, noAdmin(), properties(), nanos::get);
    }

    private void createCollection(String name) {
        database.getCollection(name).insertOne(new Document("_id", "one"));
    }

    private List<String> collections() {
        return database.listCollectionNames().into(new ArrayList<>());
    }

    private static Document mark(int generation) {
        return new Document("_id", "study_totals_g" + generation + "/all:*")
                .append("model", "study")
                .append("generation", generation);
    }

    /** Returns a database or a collection that refuses drops of these collections, and any other object unchanged. */
    private static Object withRefusedDrops(Object target, Set<String> refused) {
        Class<?> type = target instanceof MongoDatabase
                ? MongoDatabase.class
                : target instanceof MongoCollection ? MongoCollection.class : null;
        if (type == null) {
            return target;
        }
        return Proxy.newProxyInstance(
                GenerationDropperIT.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("drop")
                            && target instanceof MongoCollection<?> collection
                            && refused.contains(collection.getNamespace().getCollectionName())) {
                        throw new MongoCommandException(
                                BsonDocument.parse("{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'no'}"),
                                new ServerAddress());
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result == null ? null : withRefusedDrops(result, refused);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private static ProjectorProperties properties() {
        return new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
    }

    /** Returns a client that supports no request, because the removal of collections needs none. */
    private static Admin noAdmin() {
        return (Admin) Proxy.newProxyInstance(
                GenerationDropperIT.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** The dropper uses only the name of this read model. */
    private static final class Study implements ReadModel {

        @Override
        public String name() {
            return Names.STUDY;
        }

        @Override
        public int version() {
            return 2;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.TODO);
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {}

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }
}
