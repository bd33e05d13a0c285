package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** This test reads the leaderboard over HTTP. */
class LeaderboardIT extends ApiWithReports {

    @Test
    void equalUsersShareARankAndAHiddenUserKeepsTheirs() {
        ReceivedAnswer answer = getFromMongo("/api/users/leaderboard");

        assertThat(answer.status()).isEqualTo(200);
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

        ReceivedAnswer board = getFromMongo("/api/users/leaderboard");
        assertThat(ranks(board.json())).contains("2 " + DORA);
        assertThat(api.get("/api/reports/analytics", api.authorizationOf(DORA)).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "showProfile, no, false",
        "deleted, no, false",
        "name, 5, false",
        "username, 5, true",
        "avatar, 5, true",
        "timeZone, 5, true"
    })
    void aMirrorThatAPersonChangedFailsNoRead(String field, String value, boolean shown) {
        MongoCollection<Document> users = model.mirrors(AggregateType.USER);
        Document id = new Document("_id", DORA);
        Document before = users.find(id).first();
        Object wrong = value.equals("5") ? Integer.valueOf(5) : value;
        users.updateOne(id, new Document("$set", new Document(field, wrong)));
        try {
            // Callers share a page for a short time.
            Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
                var board = api.get("/api/users/leaderboard?period=month");
                assertThat(board.status()).isEqualTo(200);
                assertThat(board.header("X-Read-Source")).isEqualTo("mongodb");
                assertThat(users(board.json()).contains(DORA)).isEqualTo(shown);
            });
            for (String path : List.of("/api/users/leaderboard?around=", "/api/reports/analytics?userId=")) {
                assertThat(getFromMongo(path + DORA).status()).isEqualTo(200);
            }
        } finally {
            users.replaceOne(id, Objects.requireNonNull(before));
        }
    }

    @Test
    void anUnchangedLeaderboardIsAnsweredWithoutABody() {
        ReceivedAnswer first = api.get("/api/users/leaderboard?period=year");
        String tag = String.valueOf(first.header("ETag"));
        // Callers share a page for about a second. The page that is computed after that has another asOf.
        ReceivedAnswer later = Awaitility.await()
                .atMost(RECOVERY_LIMIT)
                .until(
                        () -> api.get("/api/users/leaderboard?period=year"),
                        answer -> !answer.text("/asOf").equals(first.text("/asOf")));

        ReceivedAnswer same = getFromMongo("/api/users/leaderboard?period=year", "If-None-Match", "\"x\", " + tag);
        var other = api.get("/api/users/leaderboard?period=year&limit=1", "If-None-Match", tag);

        assertThat(first.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(tag).startsWith("W/\"");
        assertThat(later.header("ETag")).isEqualTo(tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(tag);
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void aHiddenEntryOfASharedPageIsVisibleToItsUserOnly() {
        for (String period : List.of("all", "year")) {
            String path = "/api/users/leaderboard?period=" + period;
            assertThat(users(api.get(path, api.authorizationOf(CLEO)).json())).contains(CLEO);
            assertThat(users(api.get(path, api.authorizationOf(BEN)).json())).doesNotContain(CLEO);
            assertThat(users(api.get(path + "&around=" + CLEO, api.authorizationOf(CLEO))
                            .json()))
                    .contains(CLEO);
        }
    }

    @Test
    void aLongReportIsCompressed() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(api.url() + "/api/reports/analytics?days=366&userId=" + ANNA))
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<byte[]> answer;
        try (HttpClient http = HttpClient.newHttpClient()) {
            answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }

        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.headers().firstValue("ETag").orElse("")).startsWith("W/\"");
    }

    /** Repeats a read until MongoDB answers it. On a slow machine, CockroachDB answers the reads that are too late. */
    private static ReceivedAnswer getFromMongo(String path, String... headers) {
        return Awaitility.await()
                .atMost(RECOVERY_LIMIT)
                .until(() -> api.get(path, headers), read -> "mongodb".equals(read.header("X-Read-Source")));
    }

    private static List<String> users(JsonNode board) {
        return StreamSupport.stream(board.path("entries").spliterator(), false)
                .map(entry -> entry.path("userId").asString())
                .toList();
    }

    private static List<String> ranks(JsonNode board) {
        return StreamSupport.stream(board.path("entries").spliterator(), false)
                .map(entry -> entry.path("rank").intValue() + " "
                        + entry.path("userId").asString())
                .toList();
    }
}
