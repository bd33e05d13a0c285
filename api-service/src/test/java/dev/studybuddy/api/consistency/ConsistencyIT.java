package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test waits for the versions of consistency tokens. */
class ConsistencyIT extends ApiWithKafka {

    @Test
    void aReadWaitsForItsWritesAndReportsWhetherItShowsThem() {
        var written = api.post("/api/users", "{\"email\":\"a@example.org\",\"name\":\"Anna\"}");
        String token = written.header("X-Consistency-Token");
        String id = written.json().path("id").asString();

        var before = api.get("/api/users/leaderboard", "X-Consistency-Token", token, "X-Consistency-Wait-Ms", "200");
        model.mirror(AggregateType.USER, ReadModelFixture.user(id, "Anna", true));
        var after = api.get("/api/users/leaderboard", "X-Consistency-Token", token);

        assertThat(before.header("X-Read-Consistent")).isEqualTo("false");
        assertThat(after.header("X-Read-Consistent")).isEqualTo("true");
        JsonNode timeline = api.get("/api/admin/events/" + id).json();
        assertThat(timeline.path("events").get(0).path("eventType").asString()).isEqualTo("user.created");
        assertThat(timeline.path("mirrors").get(0).path("version").intValue()).isEqualTo(1);
    }

    @Test
    void aReadWhoseMirrorAPersonDamagedIsAnsweredAsNotConsistent() {
        var written = api.post("/api/users", "{\"email\":\"b@example.org\",\"name\":\"Bert\"}");
        String token = written.header("X-Consistency-Token");
        String id = written.json().path("id").asString();
        model.mirrors(AggregateType.USER)
                .insertOne(new Document("_id", id).append("userId", id).append("version", "one"));

        var read = api.get("/api/users/leaderboard", "X-Consistency-Token", token, "X-Consistency-Wait-Ms", "100");

        assertThat(read.status()).as("%s", read).isEqualTo(200);
        assertThat(read.header("X-Read-Consistent")).isEqualTo("false");
    }
}
