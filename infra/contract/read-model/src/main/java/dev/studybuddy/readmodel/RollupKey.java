package dev.studybuddy.readmodel;

import org.jspecify.annotations.Nullable;

/**
 * A rollup key identifies a rollup document. It holds the parts of the document's id and the fields that an insert
 * sets. Two keys are equal if their ids are equal.
 *
 * @param kind {@code user}, {@code everyone} or {@code subject}
 * @param period a period of {@link Periods}, which contains no colon
 * @param name the part of the id after the period
 * @param userId the user; null unless the rollup belongs to a user
 * @param subject the unescaped subject; null unless the rollup belongs to a subject
 */
public record RollupKey(
        String kind,
        String period,
        String name,
        @Nullable String userId,
        @Nullable String subject) {

    public static final String USER = "user";
    /** Stored documents contain this value, so it keeps its original name. */
    public static final String KIND_OF_ALL_USERS = "everyone";

    public static final String SUBJECT = "subject";

    /** Returns the key of a user's rollup, whose id is {@code <period>:<userId>}. */
    public static RollupKey ofUser(String period, String userId) {
        return new RollupKey(USER, period, userId, userId, null);
    }

    /** Returns the key of the rollup over all users, whose id is {@code <period>:*}. */
    public static RollupKey ofAllUsers(String period) {
        return new RollupKey(KIND_OF_ALL_USERS, period, "*", null, null);
    }

    /** Returns the key of a subject's rollup, whose id is {@code <period>:*:<subject>} with the subject escaped. */
    public static RollupKey ofSubject(String period, String subject) {
        return new RollupKey(SUBJECT, period, "*:" + SubjectKeys.escape(subject), null, subject);
    }

    /** Returns the key for another period of the same user, subject or total. */
    public RollupKey in(String otherPeriod) {
        return new RollupKey(kind, otherPeriod, name, userId, subject);
    }

    /** Returns the {@code _id} of the document. */
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
