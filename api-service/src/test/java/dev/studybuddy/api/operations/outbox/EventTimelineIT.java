package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** This test reads the timeline of an aggregate. */
class EventTimelineIT extends ApiWithReadModel {

    @Test
    void theTimelineShowsAMirrorThatAPersonDamaged() {
        model.mirrors(AggregateType.USER)
                .updateOne(
                        new Document("_id", ANNA),
                        new Document("$set", new Document("version", "two").append("deleted", "no"))
                                .append("$unset", new Document("offset", "")));

        ReceivedAnswer timeline = api.get("/api/admin/events/" + ANNA);

        assertThat(timeline.status()).as("%s", timeline).isEqualTo(200);
        assertThat(timeline.json().path("mirrors")).singleElement().satisfies(mirror -> {
            assertThat(mirror.path("aggregateType").asString()).isEqualTo("user");
            assertThat(mirror.path("version").isNull()).isTrue();
            assertThat(mirror.path("offset").isNull()).isTrue();
            assertThat(mirror.path("deleted").booleanValue(true)).isFalse();
        });
    }
}
