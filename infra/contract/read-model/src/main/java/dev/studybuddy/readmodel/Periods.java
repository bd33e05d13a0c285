package dev.studybuddy.readmodel;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * This class creates the periods of rollup ids, for example {@code all}, {@code 2026}, {@code 2026-11},
 * {@code 2026-W48} and {@code 2026-11-23}.
 */
public final class Periods {

    /** This period contains every date. */
    public static final String ALL = "all";

    /** The cache holds the periods of at most this many days, about a year. Many events fall on the same days. */
    private static final int MAX_CACHED_DAYS = 400;

    private static final Pattern DAY = Pattern.compile("[+-]?\\d{4,}-\\d{2}-\\d{2}");

    private static final Map<LocalDate, List<String>> CACHE = new ConcurrentHashMap<>();

    private Periods() {}

    /** Returns the five periods that contain a date. The day is the last one. */
    public static List<String> of(LocalDate date) {
        List<String> cached = CACHE.get(date);
        if (cached != null) {
            return cached;
        }
        List<String> periods = List.of(ALL, year(date), month(date), week(date), day(date));
        if (CACHE.size() >= MAX_CACHED_DAYS) {
            CACHE.clear();
        }
        CACHE.put(date, periods);
        return periods;
    }

    /** Returns the year of a date, for example {@code 2026}. */
    public static String year(LocalDate date) {
        return pad(date.getYear(), 4);
    }

    /** Returns the month of a date, for example {@code 2026-11}. */
    public static String month(LocalDate date) {
        return YearMonth.from(date).toString();
    }

    /** Returns the ISO week with its week-based year. The date 2027-01-01 lies in {@code 2026-W53}. */
    public static String week(LocalDate date) {
        return pad(date.get(IsoFields.WEEK_BASED_YEAR), 4) + "-W" + pad(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
    }

    /** Returns the day of a date, for example {@code 2026-11-23}. */
    public static String day(LocalDate date) {
        return date.toString();
    }

    /** Returns whether a period is a single day. */
    public static boolean isDay(String period) {
        return DAY.matcher(period).matches();
    }

    /** Returns a number padded with zeros, like the format {@code %0<digits>d} in the root locale. */
    private static String pad(int number, int digits) {
        String text = Integer.toString(Math.abs(number));
        String sign = number < 0 ? "-" : "";
        return sign + "0".repeat(Math.max(0, digits - sign.length() - text.length())) + text;
    }
}
