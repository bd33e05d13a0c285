package dev.studybuddy.readmodel;

import org.jspecify.annotations.Nullable;

/**
 * Which rollup document: its computed id, and the fields that it is born with. The id alone tells two apart.
 *
 * @param kind {@code user}, {@code everyone} or {@code subject}
 * @param period see {@link Periods}; without a colon
 * @param name what its id has after the period
 * @param userId only for a user's
 * @param subject only for a subject's, unescaped
 */
public record RollupKey(
        String kind,
        String period,
        String name,
        @Nullable String userId,
        @Nullable String subject) {

    public static final String USER = "user";
    public static final String EVERYONE = "everyone";
    public static final String SUBJECT = "subject";

    /** {@code <period>:<userId>}. */
    public static RollupKey ofUser(String period, String userId) {
        return new RollupKey(USER, period, userId, userId, null);
    }

    /** {@code <period>:*}. */
    public static RollupKey ofEveryone(String period) {
        return new RollupKey(EVERYONE, period, "*", null, null);
    }

    /** {@code <period>:*:<subject>}, the subject escaped. */
    public static RollupKey ofSubject(String period, String subject) {
        return new RollupKey(SUBJECT, period, "*:" + SubjectKeys.escape(subject), null, subject);
    }

    /** Whose sums these are, in another period. */
    public RollupKey in(String otherPeriod) {
        return new RollupKey(kind, otherPeriod, name, userId, subject);
    }

    /** {@code _id} of the document. */
    public String id() {
        return period + ':' + name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RollupKey that && period.equals(that.period) && name.equals(that.name));
    }

    @Override
    public int hashCode() {
        return 31 * period.hashCode() + name.hashCode();
    }
}
