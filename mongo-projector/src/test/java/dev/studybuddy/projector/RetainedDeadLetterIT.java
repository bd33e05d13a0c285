package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** This test rebuilds a read model after the retention has removed the record of a dead letter. */
class RetainedDeadLetterIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String ID = HistoryGenerator.uuid("todo-poison");

    @Test
    void aRebuildDoesNotOpenADeadLetterWhoseRecordWasRemoved() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        HistoryGenerator generator = new HistoryGenerator(5);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            MongoCollection<Document> letters = database.getCollection(Names.DEAD_LETTERS);
            Map<String, String> settings = Map.of("studybuddy.projector.models", Names.STUDY);
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, settings)) {
                AggregateState poisoned = generator.todo(ID, "user-1", 1);
                topics.send(topics.record(AggregateType.TODO, poisoned, "{\"id\":".getBytes(UTF_8)));
                topics.send(generator.todo(ID, "user-1", 2));
                topics.flush();
                awaitMirror(database, 1);
                // The copier changes the document of a dead letter until its copy is written.
                await().atMost(TIMEOUT).until(() -> letters.countDocuments(new Document("copied", true)) == 1);
                Document letter = letters.find().first();
                assertThat(letter).isNotNull().containsEntry("state", "open");

                Document retained = new Document("_id", letter.get("_id"))
                        .append("state", "discarded")
                        .append("reason", letter.get("reason"))
                        .append("firstAt", letter.get("firstAt"))
                        .append("lastAt", letter.get("lastAt"));
                letters.replaceOne(new Document("_id", letter.get("_id")), retained);
                beginSecond(projector.bean(GenerationStore.class));

                awaitMirror(database, 2);
                assertThat(letters.find()).containsExactly(retained);
            }
        }
    }

    /** Waits until a generation has applied the version that follows the dead letter in its partition. */
    private static void awaitMirror(MongoDatabase database, int generation) {
        Document mirror = new Document("_id", ID).append("version", 2);
        await().atMost(TIMEOUT)
                .until(() -> database.getCollection("todos_g" + generation).countDocuments(mirror) == 1);
    }

    private static void beginSecond(GenerationStore store) {
        await().atMost(TIMEOUT).until(() -> {
            GenerationRecord record = store.read(Names.STUDY).orElseThrow();
            Generation first = record.generations().get(1);
            return first != null
                    && store.compareAndSet(record.begin(new Generation(
                            2, first.projectionVersion(), first.topics(), true, Instant.now(), null, null, null)));
        });
    }
}
