package dev.studybuddy.api.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.studybuddy.api.http.Problem.FieldFault;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.QueryParameters;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyticsSpanTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-29");

    private static AnalyticsSpan parse(@Nullable String days, @Nullable String from, @Nullable String to) {
        QueryParameters parameters = new QueryParameters();
        AnalyticsSpan span = AnalyticsSpan.parse(parameters, days, from, to);
        parameters.finish();
        return span;
    }

    private static List<FieldFault> faults(@Nullable String days, @Nullable String from, @Nullable String to) {
        return catchThrowableOfType(ProblemException.class, () -> parse(days, from, to))
                .problem()
                .errors();
    }

    @ParameterizedTest
    @CsvSource({
        ",,, 2026-11-23, 2026-11-29",
        "'', '', '', 2026-11-23, 2026-11-29",
        "1,,, 2026-11-29, 2026-11-29",
        "366,,, 2025-11-29, 2026-11-29",
        ", 2026-11-02, 2026-11-08, 2026-11-02, 2026-11-08",
        ", 2026-11-02, 2026-11-02, 2026-11-02, 2026-11-02",
        "'', 2026-12-01, 2026-12-31, 2026-12-01, 2026-12-31",
        ", 2026-01-01, 2027-01-01, 2026-01-01, 2027-01-01",
        ", 0001-01-01, 0001-01-02, 0001-01-01, 0001-01-02",
        ", 9999-12-31, 9999-12-31, 9999-12-31, 9999-12-31"
    })
    void aSpanEndsTodayUnlessTheRequestNamesItsDays(
            @Nullable String days, @Nullable String from, @Nullable String to, LocalDate first, LocalDate last) {
        AnalyticsSpan span = parse(days, from, to);

        assertThat(span.first(TODAY)).isEqualTo(first);
        assertThat(span.last(TODAY)).isEqualTo(last);
    }

    @ParameterizedTest
    @CsvSource({
        "0,,, days",
        "367,,, days",
        "7, 2026-11-02, 2026-11-08, days",
        "x, 2026-11-02, 2026-11-08, days",
        ", 2026-11-02,, to",
        ",, 2026-11-08, from",
        ", 2026-11-09, 2026-11-08, from",
        ", 2026-02-30, 2026-11-08, from",
        ", 2026-11-02, tomorrow, to"
    })
    void anInvalidPartOfASpanIsNamed(@Nullable String days, @Nullable String from, @Nullable String to, String field) {
        assertThat(faults(days, from, to)).extracting(FieldFault::field).containsExactly(field);
    }

    @Test
    void theFaultOfATooLongSpanNamesTheEarliestFirstDay() {
        assertThat(faults(null, "2025-12-31", "2027-01-01"))
                .containsExactly(new FieldFault(
                        "from", "must be 2026-01-01 or later, because a report covers at most 366 days"));
    }

    @Test
    void everyInvalidPartOfASpanIsNamed() {
        assertThat(faults("7", null, "tomorrow")).extracting(FieldFault::field).containsExactly("days", "to", "from");
    }
}
