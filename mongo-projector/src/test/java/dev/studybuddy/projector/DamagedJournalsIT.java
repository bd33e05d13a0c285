package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.JournalFields;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test changes the collection of the journals by hand while no projector runs. */
class DamagedJournalsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private ProjectorFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProjectorFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void otherDocumentsAndADamagedJournalStopNoOtherPartition() {
        MongoCollection<Document> mirrors = fixture.todos();
        try (RunningProjector projector = fixture.startStudy()) {
            fixture.sendTodo("todo-1");
            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1);
            await().atMost(TIMEOUT).until(() -> waitingPartitions(projector) == 0);
        }
        MongoCollection<Document> journals = fixture.journals();
        journals.insertMany(List.of(
                new Document("_id", "note"), new Document("_id", new ObjectId()).append(JournalFields.DONE, 1L)));
        assertThat(journals.updateOne(Filters.eq("session-0"), Updates.unset(JournalFields.DONE))
                        .getModifiedCount())
                .isEqualTo(1);

        try (RunningProjector projector = fixture.startStudy()) {
            fixture.sendTodo("todo-2");

            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);
            await().atMost(TIMEOUT).until(() -> waitingPartitions(projector) == 1);
        }
    }

    private static long waitingPartitions(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .mapToLong(GenerationRunner::waitingPartitionCount)
                .sum();
    }
}
