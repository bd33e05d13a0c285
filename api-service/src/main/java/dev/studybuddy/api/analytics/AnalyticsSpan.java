package dev.studybuddy.api.analytics;

import dev.studybuddy.api.http.QueryParameters;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes the span of days that a request selects for its report. A span without a chosen last day ends today, which
 * depends on the time zone of the caller.
 *
 * @param days the number of days of the span
 * @param chosenLast the last day that the request names; null for today
 */
record AnalyticsSpan(int days, @Nullable LocalDate chosenLast) {

    static final int DEFAULT_DAYS = 7;
    static final int MAX_DAYS = 366;

    /** Reads the span from its number of days, or from its first and last day. The parameters collect the faults. */
    static AnalyticsSpan parse(
            QueryParameters parameters, @Nullable String days, @Nullable String from, @Nullable String to) {
        if (isAbsent(from) && isAbsent(to)) {
            return new AnalyticsSpan(parameters.integer("days", days, DEFAULT_DAYS, 1, MAX_DAYS), null);
        }
        if (!isAbsent(days)) {
            parameters.fault("days", "cannot be combined with from or to");
        }
        Optional<LocalDate> first = parameters.date("from", from);
        Optional<LocalDate> last = parameters.date("to", to);
        if (isAbsent(from)) {
            parameters.fault("from", "is required if to is given");
        }
        if (isAbsent(to)) {
            parameters.fault("to", "is required if from is given");
        }
        if (first.isEmpty() || last.isEmpty()) {
            return new AnalyticsSpan(DEFAULT_DAYS, null);
        }
        return between(parameters, first.get(), last.get());
    }

    private static AnalyticsSpan between(QueryParameters parameters, LocalDate first, LocalDate last) {
        LocalDate earliest = last.minusDays(MAX_DAYS - 1L);
        if (first.isAfter(last)) {
            parameters.fault("from", "must not be after to");
        } else if (first.isBefore(earliest)) {
            parameters.fault(
                    "from", "must be " + earliest + " or later, because a report covers at most " + MAX_DAYS + " days");
        }
        return new AnalyticsSpan(Math.toIntExact(ChronoUnit.DAYS.between(first, last) + 1), last);
    }

    private static boolean isAbsent(@Nullable String parameter) {
        return parameter == null || parameter.isEmpty();
    }

    /** Returns the last day of the span. */
    LocalDate last(LocalDate today) {
        return chosenLast == null ? today : chosenLast;
    }

    /** Returns the first day of the span. */
    LocalDate first(LocalDate today) {
        return last(today).minusDays(days - 1L);
    }
}
