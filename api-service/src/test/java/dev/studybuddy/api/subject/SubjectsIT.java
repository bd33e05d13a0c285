package dev.studybuddy.api.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** This test reads the hardest subjects over HTTP. */
class SubjectsIT extends ApiWithReports {

    @Test
    void theHardestSubjectsComeFirst() {
        var answer = readFromMongo();

        assertThat(answer.status()).isEqualTo(200);
        JsonNode found = answer.json().path("subjects");
        assertThat(found)
                .extracting(entry -> entry.path("subject").asString())
                .containsExactly("Math", "Physics", "a.b$c%");
        JsonNode math = found.get(0);
        assertThat(math.path("todos").intValue()).isEqualTo(2);
        assertThat(math.path("todosCompleted").intValue()).isZero();
        assertThat(math.path("questionsTarget").intValue()).isEqualTo(30);
        assertThat(math.path("questionsCompleted").intValue()).isEqualTo(6);
        assertThat(math.path("questionsShare").doubleValue()).isEqualTo(0.2);
        assertThat(math.path("byDifficulty")
                        .path("hard")
                        .path("questionsCompleted")
                        .intValue())
                .isEqualTo(2);
        assertThat(found.get(2).path("questionsShare").isNull()).isTrue();
        assertThat(api.get("/api/reports/subjects?limit=1&userId=" + ANNA)
                        .json()
                        .path("subjects"))
                .hasSize(1);
        assertThat(api.get("/api/reports/subjects", api.authorizationOf(BEN))
                        .json()
                        .path("subjects"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bySubject", "bySubject.Math", "bySubject.Math.byDifficulty"})
    void aRollupThatAPersonChangedFailsNoRead(String field) {
        Document ofAnna = new Document("_id", "all:" + ANNA);
        Document before = Objects.requireNonNull(subjects.rollups().find(ofAnna).first());
        subjects.rollups().updateOne(ofAnna, new Document("$set", new Document(field, "damaged")));
        try {
            assertThat(readFromMongo().status()).isEqualTo(200);
        } finally {
            subjects.rollups().replaceOne(ofAnna, before);
        }
    }

    /** Reads the subjects of Anna. On a slow machine, CockroachDB answers a read that MongoDB answers too late. */
    private static ReceivedAnswer readFromMongo() {
        return Awaitility.await()
                .atMost(RECOVERY_LIMIT)
                .until(
                        () -> {
                            ReceivedAnswer read = api.get("/api/reports/subjects?userId=" + ANNA);
                            assertThat(read.status()).as("%s", read).isIn(200, 503);
                            return read;
                        },
                        read -> "mongodb".equals(read.header("X-Read-Source")));
    }

    @Test
    void onlyAdminsReadTheHardestSubjectsOfAllUsers() {
        JsonNode math = api.get("/api/reports/subjects?scope=all")
                .json()
                .path("subjects")
                .get(0);

        assertThat(math.path("subject").asString()).isEqualTo("Math");
        assertThat(math.path("todos").intValue()).isEqualTo(3);
        assertThat(math.path("todosShare").doubleValue()).isEqualTo(0.3333);
        assertThat(math.path("questionsShare").doubleValue()).isEqualTo(0.325);
        assertThat(api.get("/api/reports/subjects?scope=all", api.authorizationOf(BEN))
                        .status())
                .isEqualTo(403);
        assertThat(api.get("/api/reports/subjects?userId=" + ANNA, api.authorizationOf(BEN))
                        .status())
                .isEqualTo(404);
    }
}
