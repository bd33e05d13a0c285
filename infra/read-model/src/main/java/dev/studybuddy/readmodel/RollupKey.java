package dev.studybuddy.readmodel;

import org.jspecify.annotations.Nullable;

/**
 * Which rollup document: its computed id, and the fields that it is born with. The id alone tells two apart.
 *
 * @param kind {@code user}, {@code everyone} or {@code subject}
 * @param userId only for a user's
 * @param subject only for a subject's, unescaped
 */
public record RollupKey(
        String id,
        String kind,
        String period,
        @Nullable String userId,
        @Nullable String subject) {

    public static final String USER = "user";
    public static final String EVERYONE = "everyone";
    public static final String SUBJECT = "subject";

    /** {@code <period>:<userId>}. */
    public static RollupKey ofUser(String period, String userId) {
        return new RollupKey(period + ':' + userId, USER, period, userId, null);
    }

    /** {@code <period>:*}. */
    public static RollupKey ofEveryone(String period) {
        return new RollupKey(period + ":*", EVERYONE, period, null, null);
    }

    /** {@code <period>:*:<subject>}, the subject escaped. */
    public static RollupKey ofSubject(String period, String subject) {
        return new RollupKey(period + ":*:" + SubjectKeys.escape(subject), SUBJECT, period, null, subject);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof RollupKey that && id.equals(that.id));
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
