package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.studybuddy.api.mongo.GenerationSelector;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** This test changes the collection of the journals by hand. */
class DamagedJournalsIT extends GenerationsFixture {

    @Test
    void readsUseTheGenerationThatReplacesOneWithDamagedJournals() throws Exception {
        createTopics();
        awaitSelected(1);
        damageJournals();

        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.activate();
            awaitSelected(2);
        }

        // The lag of the other generation is unknown until Kafka answers.
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(projection()
                                .path("generations")
                                .get(1)
                                .path("lag")
                                .longValue(-1))
                        .isZero());
        assertThat(projection().path("generations").get(0).path("lag").isNull())
                .as("The lag of the generation with damaged journals is unknown.")
                .isTrue();
    }

    private void damageJournals() {
        MongoCollection<Document> journals = model.database().getCollection(Names.journal(Names.STUDY, 1));
        journals.insertMany(List.of(
                new Document("_id", "note"),
                new Document("_id", "todo-note"),
                new Document("_id", new ObjectId()).append(JournalFields.DONE, 1L)));
        assertThat(journals.updateOne(Filters.eq("session-0"), Updates.unset(JournalFields.DONE))
                        .getModifiedCount())
                .isEqualTo(1);
        assertThat(journals.updateOne(Filters.eq("todo-3"), Updates.set(JournalFields.HI, "seven"))
                        .getModifiedCount())
                .isEqualTo(1);
    }

    /** Waits until reads use a generation. No read may fail before that. */
    private void awaitSelected(int generation) {
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            try (MongoSessions.MongoSession session =
                    api.bean(MongoSessions.class).open()) {
                return api.bean(GenerationSelector.class)
                                .current(Names.STUDY, session)
                                .number()
                        == generation;
            }
        });
    }
}
