package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test damages the generation record of one of two read models. */
class UnreadableRecordIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void aRecordThatCannotBeReadMakesTheProjectorUnreadyAndIsNamed() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture()) {
            MongoCollection<Document> records = fixture.database().getCollection(Names.GENERATIONS);
            try (RunningProjector projector = fixture.start()) {
                HealthIndicator health = projector.bean("projector", HealthIndicator.class);
                projector.awaitServed(2);
                Document whole =
                        records.find(new Document("_id", Names.SUBJECTS)).first();
                assertThat(whole).isNotNull();

                records.replaceOne(new Document("_id", Names.SUBJECTS), new Document(whole).append("generations", "?"));

                await().atMost(TIMEOUT).untilAsserted(() -> {
                    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.health().getDetails().get("unreadGenerationRecords"))
                            .hasToString("[subjects]");
                });

                records.replaceOne(new Document("_id", Names.SUBJECTS), whole);

                await().atMost(TIMEOUT).until(() -> health.health().getStatus().equals(Status.UP));
            }
        }
    }
}
