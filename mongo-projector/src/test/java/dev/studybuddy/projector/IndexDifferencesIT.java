package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test replaces indexes of a generation by others of the same name while no projector runs. */
class IndexDifferencesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, String> STUDY = Map.of("studybuddy.projector.models", "study");

    @Test
    void aGenerationIsServedWhateverItsIndexesAre() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        Traffic traffic = new Traffic(3);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                Topic topic = new Topic(bootstrap, prefix)) {
            topic.createAll(Map.of());
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            MongoCollection<Document> mirrors = database.getCollection("todos_g1");
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY)) {
                topic.send(traffic.todo("todo-1", "user-1", 1));
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1);
                assertThat(differences(projector)).isZero();
            }
            mirrors.dropIndex("by_user");
            mirrors.createIndex(Indexes.ascending("subject"), new IndexOptions().name("by_user"));
            MongoCollection<Document> journals = database.getCollection("study_journal_g1");
            journals.dropIndex(JournalFields.POSITIONS_INDEX);
            journals.createIndex(JournalFields.positionsIndex(), new IndexOptions().name("other"));

            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY)) {
                topic.send(traffic.todo("todo-2", "user-1", 1));
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);

                assertThat(differences(projector)).isEqualTo(2);
                HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
                await().atMost(TIMEOUT)
                        .until(() -> indicator.health().getStatus().equals(Status.UP));
                Health health = indicator.health();
                assertThat(String.valueOf(health.getDetails().get("indexDifferences")))
                        .contains("study-g1", "by_user of todos_g1", "positions of study_journal_g1");
            }
        }
    }

    private static double differences(RunningProjector projector) {
        return projector
                .bean(MeterRegistry.class)
                .get("projector_index_differences")
                .tags("model", "study", "generation", "1")
                .gauge()
                .value();
    }
}
