package dev.studybuddy.api.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** This test reads analytics over HTTP. */
class AnalyticsIT extends ApiWithReports {

    @Test
    void analyticsSumTheDaysOfTheSpan() {
        var answer = api.get("/api/reports/analytics?days=2&userId=" + ANNA);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.path("from").asString()).isEqualTo(today.minusDays(1).toString());
        assertThat(json.path("days")).hasSize(2);
        assertThat(json.path("totals").path("points").longValue()).isEqualTo(40);
        assertThat(json.path("totals").path("bySubject").propertyNames()).containsExactly("Math");
        assertThat(json.path("streak").intValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"userId=" + ANNA, "scope=all"})
    void aChosenSpanHasTheReportOfTheSameNumberOfDays(String scope) {
        JsonNode ofDays = api.get("/api/reports/analytics?days=3&" + scope).json();

        assertThat(api.get(span(today.minusDays(2), today) + scope).json()).isEqualTo(ofDays);
    }

    @Test
    void aChosenSpanContainsItsFirstAndItsLastDayAndTheStreakOfToday() {
        for (String scope : List.of("userId=" + ANNA, "scope=all")) {
            JsonNode json = api.get(span(today.minusDays(2), today.minusDays(1)) + scope)
                    .json();

            assertThat(json.path("from").asString())
                    .isEqualTo(today.minusDays(2).toString());
            assertThat(json.path("to").asString()).isEqualTo(today.minusDays(1).toString());
            assertThat(json.path("days")).hasSize(2);
            assertThat(json.path("totals").path("studyMinutes").longValue()).isEqualTo(30);
            assertThat(json.path("streak").intValue()).isEqualTo(3);
        }
    }

    /** Callers share a report for a short time, and all these requests are sent within this time. */
    @Test
    void eachSpanOfTheReportOfAllUsersHasItsOwnValues() {
        assertThat(List.of(0, 1, 2))
                .extracting(today::minusDays)
                .extracting(day -> api.get(span(day, day) + "scope=all").json())
                .extracting(json -> json.path("totals").path("points").intValue())
                .containsExactly(111, 20, 10);
    }

    @Test
    void aSpanOfTheFutureIsListedWithZeros() {
        JsonNode json = api.get(span(today.plusDays(1), today.plusDays(366)) + "userId=" + ANNA)
                .json();

        assertThat(json.path("days")).hasSize(366);
        assertThat(json.path("totals").path("points").longValue()).isZero();
        assertThat(json.path("streak").intValue()).isEqualTo(3);
    }

    private static String span(LocalDate from, LocalDate to) {
        return "/api/reports/analytics?from=" + from + "&to=" + to + '&';
    }

    @Test
    void aDayWithoutActivityIsListedWithZeros() {
        JsonNode json = api.get("/api/reports/analytics?days=366", api.authorizationOf(BEN))
                .json();

        assertThat(json.path("days")).hasSize(366);
        assertThat(json.path("days").get(0).path("studyMinutes").isIntegralNumber())
                .isTrue();
        assertThat(json.path("totals").path("studyMinutes").longValue()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"period", "userId", "bySubject", "byDifficulty", "sessionsByType", "active", "studyMinutes"})
    void aRollupThatAPersonChangedFailsNoRead(String field) {
        Document ofBen = new Document("_id", new Document("$regex", BEN));
        List<Document> before = model.rollups().find(ofBen).into(new ArrayList<>());
        model.rollups().updateMany(ofBen, new Document("$set", new Document(field, "damaged")));
        try {
            for (String path : List.of("/api/reports/analytics?days=3&userId=" + BEN, "/api/users/leaderboard")) {
                // On a slow machine, CockroachDB answers a read that MongoDB answers too late.
                Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
                    ReceivedAnswer answer = api.get(path);
                    assertThat(answer.status()).as(path).isEqualTo(200);
                    assertThat(answer.header("X-Read-Source")).as(path).isEqualTo("mongodb");
                });
            }
        } finally {
            before.forEach(rollup -> model.rollups().replaceOne(new Document("_id", rollup.get("_id")), rollup));
        }
    }

    @Test
    void anUnchangedReportIsAnsweredWithoutABody() {
        for (String path : List.of(
                "/api/reports/analytics?days=2&userId=" + ANNA,
                "/api/reports/analytics?days=2&scope=all",
                "/api/reports/subjects?userId=" + ANNA)) {
            ReceivedAnswer first = api.get(path);
            ReceivedAnswer same = api.get(path, "If-None-Match", String.valueOf(first.header("ETag")));

            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("Cache-Control")).isEqualTo("private, no-cache");
            assertThat(same.status()).as(path).isEqualTo(304);
            assertThat(same.body()).isEmpty();
            assertThat(same.header("ETag")).isEqualTo(first.header("ETag"));
            assertThat(api.get(path, "If-None-Match", "\"x\"").status()).isEqualTo(200);
        }
    }

    @Test
    void aUsersOwnAnalyticsShowEachWriteAtOnce() {
        AggregateWriter both = new AggregateWriter(sql.dataSource(), model, subjects);
        String finn = "ffffffff-0000-4000-8000-000000000006";
        both.user(finn, true);
        // No other test reads this day.
        LocalDate longAgo = today.minusDays(200);
        String path = "/api/reports/analytics?days=366";
        String[] authorization = api.authorizationOf(finn);
        for (int written = 0; written < 5; written++) {
            ReceivedAnswer answer = api.get(path, authorization);
            assertThat(answer.json().path("totals").path("sessions").intValue()).isEqualTo(written);
            both.session(finn, "Math", 20, longAgo);
            assertThat(api.get(
                                    path,
                                    authorization[0],
                                    authorization[1],
                                    "If-None-Match",
                                    String.valueOf(answer.header("ETag")))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void onlyAdminsReadTheAnalyticsOfAllUsers() {
        JsonNode json = api.get("/api/reports/analytics?scope=all&days=3").json();

        assertThat(json.path("totals").path("points").longValue()).isEqualTo(141);
        assertThat(json.path("totals")
                        .path("bySubject")
                        .path("a.b$c%")
                        .path("studyMinutes")
                        .longValue())
                .isEqualTo(10);
        assertThat(json.path("totals")
                        .path("byDifficulty")
                        .path("easy")
                        .path("questionsCompleted")
                        .longValue())
                .isEqualTo(7);
        assertThat(json.path("streak").intValue()).isEqualTo(3);
        assertThat(api.get("/api/reports/analytics?scope=all", api.authorizationOf(BEN))
                        .status())
                .isEqualTo(403);
        assertThat(api.get("/api/reports/analytics?userId=" + ANNA, api.authorizationOf(BEN))
                        .status())
                .isEqualTo(404);
    }
}
