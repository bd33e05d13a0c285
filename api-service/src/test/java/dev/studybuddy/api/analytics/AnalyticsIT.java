package dev.studybuddy.api.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import org.junit.jupiter.api.Test;
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

    @Test
    void aDayWithoutActivityIsListedWithZeros() {
        JsonNode json = api.get("/api/reports/analytics?days=366", api.authorizationOf(BEN))
                .json();

        assertThat(json.path("days")).hasSize(366);
        assertThat(json.path("days").get(0).path("studyMinutes").isIntegralNumber())
                .isTrue();
        assertThat(json.path("totals").path("studyMinutes").longValue()).isEqualTo(30);
    }

    @Test
    void onlyAdminsReadEveryonesAnalytics() {
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
