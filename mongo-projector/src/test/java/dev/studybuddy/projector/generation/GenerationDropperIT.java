package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class GenerationDropperIT {

    /** The dropper deletes marks after it has read the record, and a generation may start between the two steps. */
    @Test
    void theMarksOfUnlistedGenerationsAreDeletedAndThoseOfALaterOneAreKept() {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            GenerationStore store = new GenerationStore(database);
            Instant at = Instant.parse("2026-11-23T10:00:00Z");
            Generation third = new Generation(3, 2, Map.of(), false, at, null, null, null);
            assertThat(store.compareAndSet(GenerationRecord.empty("study").beginActive(third)))
                    .isTrue();
            MongoCollection<Document> marks = database.getCollection(Names.BROKEN);
            for (int generation = 1; generation <= 4; generation++) {
                marks.insertOne(new Document("_id", "study_totals_g" + generation + "/all:*")
                        .append("model", "study")
                        .append("generation", generation));
            }

            new GenerationDropper(database, store, noAdmin(), properties(), System::nanoTime)
                    .dropCollections(new Study());

            List<Document> kept = marks.find().into(new ArrayList<>());
            assertThat(kept).extracting(mark -> mark.getInteger("generation")).containsExactlyInAnyOrder(3, 4);
        }
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

    /** This read model has only a name that the dropper uses. */
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
