package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaCheck;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/** This test records the reads of journals and mirrors by a projector that starts again. */
class StoredReadsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, String> STUDY = Map.of("studybuddy.projector.models", "study");

    @Test
    void plansAreReadByRecoveriesOnlyAndMirrorsWithTheNeededFieldsOnly() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        HistoryGenerator generator = new HistoryGenerator(3);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            var mirrors = client.getDatabase(mongo.databaseName()).getCollection("todos_g1");
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY)) {
                topics.send(generator.todo("todo-1", "user-1", 1));
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1 && isUp(projector));
            }
            RecordedFinds.FINDS.clear();

            try (RunningProjector projector =
                    new RunningProjector(bootstrap, mongo.uri(), prefix, STUDY, RecordedFinds.class)) {
                topics.send(generator.todo("todo-2", "user-1", 1));
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2 && isUp(projector));
            }

            List<BsonDocument> recoveries = new ArrayList<>();
            List<BsonDocument> others = new ArrayList<>();
            RecordedFinds.of("study_journal_g1")
                    .forEach(find -> (find.getDocument("filter", new BsonDocument())
                                            .containsKey("_id")
                                    ? recoveries
                                    : others)
                            .add(find));
            assertThat(recoveries).isNotEmpty();
            Document positions = JournalFields.positionsIndex();
            assertThat(others).isNotEmpty().allSatisfy(find -> {
                assertThat(find.getDocument("projection")).isEqualTo(positions.toBsonDocument());
                assertThat(find.getDocument("hint")).isEqualTo(positions.toBsonDocument());
            });
            Set<String> needed = new HashSet<>(SchemaCheck.fields(AggregateType.TODO));
            needed.remove("id");
            needed.addAll(Set.of("version", "offset", "deleted"));
            assertThat(RecordedFinds.of("todos_g1"))
                    .isNotEmpty()
                    .allSatisfy(
                            find -> assertThat(find.getDocument("projection").keySet())
                                    .containsExactlyInAnyOrderElementsOf(needed));
        }
    }

    private static boolean isUp(RunningProjector projector) {
        HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
        return indicator.health().getStatus().equals(Status.UP);
    }

    /** Records each find command. */
    static class RecordedFinds {

        static final List<BsonDocument> FINDS = new CopyOnWriteArrayList<>();

        static List<BsonDocument> of(String collection) {
            return FINDS.stream()
                    .filter(find -> find.getString("find").getValue().equals(collection))
                    .toList();
        }

        @Bean
        MongoClientSettingsBuilderCustomizer recordedFinds() {
            return settings -> settings.addCommandListener(new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                    if (event.getCommandName().equals("find")) {
                        FINDS.add(event.getCommand().clone());
                    }
                }
            });
        }
    }
}
