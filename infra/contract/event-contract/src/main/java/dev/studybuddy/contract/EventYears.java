package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the times of events. A reader rejects an event with an instant or a date outside these years, so a writer must
 * reject such a value before it writes the event.
 */
public final class EventYears {

    public static final int FIRST = 2000;
    public static final int LAST = 2200;

    private static final Instant FIRST_INSTANT =
            Year.of(FIRST).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Instant END_INSTANT =
            Year.of(LAST + 1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();

    private EventYears() {}

    /** Returns whether an event may have this date. An absent date is permitted. */
    public static boolean contain(@Nullable LocalDate date) {
        return date == null || (date.getYear() >= FIRST && date.getYear() <= LAST);
    }

    /** Returns whether an event may have this instant. An absent instant is permitted. */
    public static boolean contain(@Nullable Instant time) {
        return time == null || (!time.isBefore(FIRST_INSTANT) && time.isBefore(END_INSTANT));
    }
}
