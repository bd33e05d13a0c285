package dev.studybuddy.readmodel;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Periods, as they stand in rollup ids: {@code all}, {@code 2026}, {@code 2026-11}, {@code 2026-W48}, {@code 2026-11-23}. */
public final class Periods {

    /** The period that holds every date. */
    public static final String ALL = "all";

    /** A year of days: every event asks for those of its day, some of them often. */
    private static final int MOST_KNOWN = 400;

    private static final Map<LocalDate, List<String>> KNOWN = new ConcurrentHashMap<>();

    private Periods() {}

    /** The five periods that hold a date. */
    public static List<String> of(LocalDate date) {
        List<String> known = KNOWN.get(date);
        if (known != null) {
            return known;
        }
        List<String> periods = List.of(ALL, year(date), month(date), week(date), day(date));
        if (KNOWN.size() >= MOST_KNOWN) {
            KNOWN.clear();
        }
        KNOWN.put(date, periods);
        return periods;
    }

    public static String year(LocalDate date) {
        return padded(date.getYear(), 4);
    }

    public static String month(LocalDate date) {
        return YearMonth.from(date).toString();
    }

    /** The ISO week, with its week-based year: 2027-01-01 lies in {@code 2026-W53}. */
    public static String week(LocalDate date) {
        return padded(date.get(IsoFields.WEEK_BASED_YEAR), 4) + "-W"
                + padded(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
    }

    public static String day(LocalDate date) {
        return date.toString();
    }

    /** As {@code %0<digits>d} has it, without its locale. */
    private static String padded(int number, int digits) {
        String text = Integer.toString(Math.abs(number));
        String sign = number < 0 ? "-" : "";
        return sign + "0".repeat(Math.max(0, digits - sign.length() - text.length())) + text;
    }
}
