package dev.studybuddy.api.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.readmodel.StudyContribution;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** This test compares what the reports answer from generations of two versions of the projection. */
class ProjectionVersionsIT extends ApiWithReports {

    private static final List<String> REPORTS = List.of(
            "/api/users/leaderboard",
            "/api/users/leaderboard?period=year",
            "/api/users/leaderboard?period=month",
            "/api/users/leaderboard?period=week",
            "/api/users/leaderboard?period=day",
            "/api/users/leaderboard?limit=3&around=" + DORA,
            "/api/reports/analytics?days=366&userId=" + ANNA,
            "/api/reports/analytics?days=366&userId=" + ELIAS,
            "/api/reports/analytics?days=366&scope=all");

    @Test
    void everyReportIsTheSameFromBothVersions() {
        assertThat(StudyContribution.VERSION).isNotEqualTo(1);
        List<JsonNode> present = read();
        try (ReadModelFixture earlier = new ReadModelFixture(mongo.url(), "studybuddy", 2, 1)) {
            earlier.applyAll(model);
            assertThat(earlier.rollups().countDocuments())
                    .isGreaterThan(model.rollups().countDocuments());
            // From here on, only an answer from the other generation shows points.
            model.rollups().deleteMany(new Document());
            assertThat(read()).isNotEqualTo(present);

            earlier.activate();

            Awaitility.await()
                    .atMost(RECOVERY_LIMIT)
                    .untilAsserted(() -> assertThat(read()).isEqualTo(present));
        }
    }

    private static List<JsonNode> read() {
        List<JsonNode> answers = new ArrayList<>();
        for (String report : REPORTS) {
            // On a slow machine, CockroachDB answers a read that MongoDB answers too late.
            ReceivedAnswer answer = Awaitility.await()
                    .atMost(RECOVERY_LIMIT)
                    .until(() -> api.get(report), read -> "mongodb".equals(read.header("X-Read-Source")));
            assertThat(answer.status()).as(report).isEqualTo(200);
            ObjectNode body = (ObjectNode) answer.json();
            body.remove("asOf");
            answers.add(body);
        }
        return answers;
    }
}
