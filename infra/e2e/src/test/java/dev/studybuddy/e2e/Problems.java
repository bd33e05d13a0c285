package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.bench.http.Answer;
import java.time.Duration;

/** What every refusal has in common. */
final class Problems {

    /** Every answer comes within 3 s, whatever is away; and the test's own threads need a moment too. */
    static final Duration ANSWER_LIMIT = Duration.ofMillis(3_200);

    private static final String TYPES = "https://studybuddy.dev/problems/";

    private Problems() {}

    static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.text("type")).startsWith(TYPES);
        assertThat(answer.text("title")).isNotBlank();
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.body().path("status").asInt(0)).isEqualTo(status);
    }

    static Answer inTime(Answer answer) {
        assertThat(answer.took()).as(answer.toString()).isLessThan(ANSWER_LIMIT);
        return answer;
    }
}
