package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test reads the leaderboard over HTTP. */
class LeaderboardIT extends ApiWithReports {

    @Test
    void equalUsersShareARankAndAHiddenUserKeepsTheirs() {
        var answer = api.get("/api/users/leaderboard");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Read-Source")).isEqualTo("mongodb");
        assertThat(answer.header("X-Read-Consistent")).isNull();
        assertThat(ranks(answer.json())).containsExactly("1 " + ANNA, "2 " + BEN, "2 " + DORA, "5 " + ELIAS);
        assertThat(answer.json().path("entries").get(0).path("streak").intValue())
                .isEqualTo(3);
    }

    @Test
    void aHiddenUserSeesThemselves() {
        var answer = api.get("/api/users/leaderboard?period=day&limit=3", api.authorizationOf(CLEO));

        assertThat(answer.json().path("period").asString()).isEqualTo(today.toString());
        assertThat(ranks(answer.json())).containsExactly("1 " + BEN, "1 " + CLEO, "1 " + DORA);
    }

    @Test
    void aroundReturnsAUserBetweenTheirNeighbours() {
        assertThat(ranks(
                        api.get("/api/users/leaderboard?limit=3&around=" + DORA).json()))
                .containsExactly("2 " + BEN, "2 " + DORA, "5 " + ELIAS);
        assertThat(ranks(api.get("/api/users/leaderboard?around=" + CLEO).json()))
                .isEmpty();
        assertThat(ranks(api.get("/api/users/leaderboard?around=" + UUID.randomUUID())
                        .json()))
                .isEmpty();
    }

    @Test
    void aMirrorWithAnUnknownTimeZoneIsReadInUtc() {
        model.mirrors(AggregateType.USER)
                .updateOne(new Document("_id", DORA), new Document("$set", new Document("timeZone", "Mars/Base")));

        var board = api.get("/api/users/leaderboard");
        assertThat(board.header("X-Read-Source")).isEqualTo("mongodb");
        assertThat(ranks(board.json())).contains("2 " + DORA);
        assertThat(api.get("/api/reports/analytics", api.authorizationOf(DORA)).status())
                .isEqualTo(200);
    }

    private static List<String> ranks(JsonNode board) {
        return StreamSupport.stream(board.path("entries").spliterator(), false)
                .map(entry -> entry.path("rank").intValue() + " "
                        + entry.path("userId").asString())
                .toList();
    }
}
