package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** This test changes the collection of the journals by hand while no projector runs. */
class DamagedJournalsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, String> STUDY = Map.of("studybuddy.projector.models", "study");

    @Test
    void otherDocumentsAndADamagedJournalStopNoOtherPartition() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        HistoryGenerator generator = new HistoryGenerator(3);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            MongoCollection<Document> mirrors = database.getCollection("todos_g1");
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY)) {
                topics.send(generator.todo("todo-1", "user-1", 1));
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1);
                await().atMost(TIMEOUT).until(() -> waitingPartitions(projector) == 0);
            }
            MongoCollection<Document> journals = database.getCollection("study_journal_g1");
            journals.insertMany(List.of(
                    new Document("_id", "note"), new Document("_id", new ObjectId()).append(JournalFields.DONE, 1L)));
            assertThat(journals.updateOne(Filters.eq("session-0"), Updates.unset(JournalFields.DONE))
                            .getModifiedCount())
                    .isEqualTo(1);

            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY)) {
                topics.send(generator.todo("todo-2", "user-1", 1));

                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);
                await().atMost(TIMEOUT).until(() -> waitingPartitions(projector) == 1);
            }
        }
    }

    private static long waitingPartitions(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .mapToLong(GenerationRunner::waitingPartitionCount)
                .sum();
    }
}
