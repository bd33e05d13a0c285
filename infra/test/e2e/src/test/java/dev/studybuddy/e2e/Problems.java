package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.load.http.Answer;
import java.time.Duration;

/** Checks the properties that all error answers share. */
final class Problems {

    /**
     * The API answers within 3 s, even if a server is unavailable. The rest is a margin for a machine that stalls or is
     * slow. A call that waits for the unavailable server would end after 20 s, by the limit of the client.
     */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    /** The API answers within 3 s. The rest is a margin for the test's own threads. */
    static final Duration ANSWER_LIMIT_WITHOUT_STALLS = Duration.ofMillis(3_200);

    private static final String TYPE_PREFIX = "https://studybuddy.dev/problems/";

    private Problems() {}

    static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.text("type")).startsWith(TYPE_PREFIX);
        assertThat(answer.text("title")).isNotBlank();
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.body().path("status").asInt(0)).isEqualTo(status);
    }

    static Answer assertInTime(Answer answer) {
        assertThat(answer.took()).as(answer.toString()).isLessThan(ANSWER_LIMIT);
        return answer;
    }
}
