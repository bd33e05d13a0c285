package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ETagsTest {

    @ParameterizedTest
    @ValueSource(strings = {"*", " * ", "\"7\"", "\"1\", \"7\"", "W/\"7\", \"7\""})
    void aHeaderThatContainsTheVersionPasses(String header) {
        assertThatCode(() -> ETags.check(header, 7)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {"W/\"7\"|412", "\"8\"|412", "\"a\"|412", "7|400", "\"7|400", "w/\"7\"|400", "\"7\",|400", "''|400"
            })
    void anyOtherHeaderIsRejected(String header, int status) {
        ProblemException thrown =
                catchThrowableOfType(ProblemException.class, () -> ETags.check(header == null ? "" : header, 7));
        assertThat(thrown.problem().status().value()).isEqualTo(status);
    }

    @Test
    void anAbsentHeaderPasses() {
        assertThatCode(() -> ETags.check(null, 7)).doesNotThrowAnyException();
    }

    @Test
    void aListOfManyTagsIsReadWithoutRecursion() {
        String many = "\"1\",".repeat(100_000);

        assertThatCode(() -> ETags.check(many + "\"7\"", 7)).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(ProblemException.class, () -> ETags.check(many, 7))
                        .problem()
                        .status()
                        .value())
                .isEqualTo(400);
    }
}
