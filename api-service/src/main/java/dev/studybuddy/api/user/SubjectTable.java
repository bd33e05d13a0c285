package dev.studybuddy.api.user;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the table {@code subjects}, which has a row for each subject that a user ever used, or that a job
 * will add. {@link OwnerCheck#MAX_SUBJECTS_EVER_USED} limits all rows of a user, because the rollups keep the key of
 * each of these subjects. {@link OwnerCheck#MAX_SUBJECTS} limits the rows that are not freed. A row is unused, and not
 * listed, if no todo and no session has its subject. If a further subject would exceed the second limit, the unused
 * rows of the user are freed.
 */
@Component
public final class SubjectTable {

    private static final String IS_USED = """
            (EXISTS (SELECT 1 FROM todos t WHERE t.user_id = s.user_id AND t.subject = s.subject)
              OR EXISTS (SELECT 1 FROM study_sessions e WHERE e.user_id = s.user_id AND e.subject = s.subject))
            """;
    private static final String USER_EXISTS = "EXISTS (SELECT 1 FROM users u WHERE u.id = :user)";
    /**
     * The query excludes freed subjects, so that it searches no todo and no session for them. A user may have thousands
     * of freed subjects, and no todo and no session has one.
     */
    private static final String LIST = "SELECT s.subject FROM subjects s WHERE s.user_id = :user AND NOT s.freed"
            + " AND s.subject > :after AND " + USER_EXISTS + " AND " + IS_USED + "ORDER BY s.subject LIMIT :limit";

    private static final String CONTAINS = "SELECT EXISTS (SELECT 1 FROM subjects s"
            + " WHERE s.user_id = :user AND s.subject = :subject AND NOT s.freed AND " + USER_EXISTS + " AND " + IS_USED
            + ")";
    private static final String REUSE = """
            UPDATE subjects SET freed = false WHERE user_id = :user AND subject = :subject AND freed
            """;
    private static final String ADD = """
            INSERT INTO subjects (user_id, subject, freed) VALUES (:user, :subject, :freed)
            ON CONFLICT (user_id, subject) DO NOTHING
            """;
    /** The count ends at one more than the limit, because the limit is exceeded then. */
    private static final String COUNT = """
            SELECT count(*) AS ever_used, count(*) FILTER (WHERE NOT s.freed) AS not_freed
            FROM (SELECT freed FROM subjects WHERE user_id = :user LIMIT :counted) s
            """;

    private static final String FREE_UNUSED = """
            UPDATE subjects SET freed = true WHERE user_id = :user AND NOT freed AND subject <> :kept AND subject NOT IN
              (SELECT s.subject FROM subjects s WHERE s.user_id = :user AND NOT s.freed AND
            """ + IS_USED + ")";
    private static final String FREE = "UPDATE subjects s SET freed = true"
            + " WHERE s.user_id = :user AND s.subject = :subject AND NOT s.freed AND NOT " + IS_USED;

    private final JdbcClient jdbc;

    SubjectTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Lists the results of the addition of a subject. The caller rolls back an addition that exceeds a limit. */
    enum Addition {
        /** The user has the subject. */
        ADDED,
        /** The user has too many subjects at a time. */
        TOO_MANY,
        /** The user has used too many different subjects in total. */
        TOO_MANY_EVER_USED
    }

    /**
     * Returns the used subjects of a user in the order of their names.
     *
     * @param after the subject after which the page starts; empty for the first page
     */
    public List<String> list(UUID user, String after, int limit) {
        return jdbc.sql(LIST)
                .param("user", user)
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> row.getString("subject"))
                .list();
    }

    /** Returns whether the user exists and a todo or session of the user has the subject. */
    public boolean contains(UUID user, String subject) {
        return jdbc.sql(CONTAINS)
                .param("user", user)
                .param("subject", subject)
                .query(Boolean.class)
                .single();
    }

    /**
     * Adds a subject that replaces others, without regard to the limits: the others are freed afterwards, and
     * {@link OwnerCheck#reserveSubject} has checked the number of subjects ever used.
     */
    public void addReplacement(UUID user, String subject) {
        if (!reuse(user, subject)) {
            insert(user, subject, false);
        }
    }

    /** Frees a subject if it is unused, and returns whether it did. */
    public boolean freeIfUnused(UUID user, String subject) {
        return jdbc.sql(FREE).param("user", user).param("subject", subject).update() > 0;
    }

    /**
     * Adds a subject. If the user then has too many at a time, the method frees the unused ones.
     *
     * @param most the number of subjects that a user may have at a time
     * @param mostEverUsed the number of different subjects that a user may use in total
     */
    Addition add(UUID user, String subject, int most, int mostEverUsed) {
        boolean reused = reuse(user, subject);
        if (!reused && !insert(user, subject, false)) {
            return Addition.ADDED;
        }
        Counts counts = count(user, mostEverUsed + 1);
        if (!reused && counts.everUsed() > mostEverUsed) {
            return Addition.TOO_MANY_EVER_USED;
        }
        if (counts.notFreed() > most) {
            int freed = jdbc.sql(FREE_UNUSED)
                    .param("user", user)
                    .param("kept", subject)
                    .update();
            return counts.notFreed() - freed > most ? Addition.TOO_MANY : Addition.ADDED;
        }
        return Addition.ADDED;
    }

    /**
     * Adds a row for a subject that a job will add later. The row is freed until then.
     *
     * @return whether the user has then used at most {@code mostEverUsed} different subjects, or had used this one
     *     before
     */
    boolean reserve(UUID user, String subject, int mostEverUsed) {
        return !insert(user, subject, true) || count(user, mostEverUsed + 1).everUsed() <= mostEverUsed;
    }

    private boolean reuse(UUID user, String subject) {
        return jdbc.sql(REUSE).param("user", user).param("subject", subject).update() > 0;
    }

    private boolean insert(UUID user, String subject, boolean freed) {
        return jdbc.sql(ADD)
                        .param("user", user)
                        .param("subject", subject)
                        .param("freed", freed)
                        .update()
                > 0;
    }

    private Counts count(UUID user, int counted) {
        return jdbc.sql(COUNT)
                .param("user", user)
                .param("counted", counted)
                .query((row, number) -> new Counts(row.getLong("ever_used"), row.getLong("not_freed")))
                .single();
    }

    /**
     * Holds the numbers of a user's subjects.
     *
     * @param everUsed the number of all rows
     * @param notFreed the number of rows that are not freed
     */
    private record Counts(long everUsed, long notFreed) {}
}
