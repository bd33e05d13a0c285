package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import java.time.LocalDate;
import java.util.Optional;

/**
 * This class computes what a state adds to {@code study_totals}. Each version is a pure function, so that the
 * projector, a verify and a rebuild cannot disagree. A generation uses the version that its entry in the generation
 * record states, so a version stays in the code as long as a generation uses it.
 *
 * <p>A session adds one session, and its minutes both as points and as study minutes. A completed todo adds one
 * completed todo, one point and its answered questions. Each of them also counts for its day in the field {@code
 * active} of the user's month. An open todo, a user and a deleted state add nothing.
 *
 * <p>Version 1 adds the amounts in each of the five periods to the rollup of the user, that of all users and that of
 * the subject: 15 documents for a session or a completed todo. Only the user's rollups have fields by subject. Version
 * 2 adds only the amounts that the API reads, to 7 documents:
 *
 * <ul>
 * <li>a user's daily rollup has all fields;
 * <li>a user's rollups of all time, of a year, of a month and of a week have {@code points}, {@code studyMinutes} and
 * {@code todosCompleted}, and that of a month also has {@code active};
 * <li>the daily rollup of all users has all fields except those by subject;
 * <li>a subject's daily rollup has {@code studyMinutes}, {@code todosCompleted} and {@code questionsCompleted}.
 * </ul>
 *
 * <p>The totals of all users for a longer period are the sum of their daily rollups.
 */
public final class StudyContribution {

    /** New generations use this version. Each change of the function is a new version, which needs a new generation. */
    public static final int VERSION = 2;

    private StudyContribution() {}

    /** Returns a version of the function, or empty if this code does not contain the version. */
    public static Optional<ContributionFunction> ofVersion(int version) {
        return switch (version) {
            case 1 -> Optional.of(StudyContributionVersion1::add);
            case 2 -> Optional.of(StudyContributionVersion2::add);
            default -> Optional.empty();
        };
    }

    /**
     * Adds the contribution of a state by the present version, multiplied by a factor: 1 for a new state, −1 for a
     * state that is replaced.
     */
    public static void add(AmountSink sums, AggregateState state, int factor) {
        StudyContributionVersion2.add(sums, state, factor);
    }

    /** Returns whether a version adds to the totals of all users and of subjects in a period. */
    public static boolean hasGlobalTotals(int version, String period) {
        return version == 1 || Periods.isDay(period);
    }

    /** Returns the path of a day in the document of a user's month, for example {@code active.07}. */
    static String activeDay(LocalDate date) {
        int day = date.getDayOfMonth();
        return (day < 10 ? "active.0" : "active.") + day;
    }
}
