package dev.studybuddy.api.user;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the table {@code subjects}, which bounds the number of a user's subjects. A row whose subject no
 * todo and no session has is unused. Unused rows are not listed, and they are deleted when the user would otherwise
 * exceed the limit.
 */
@Component
public final class SubjectTable {

    private static final String IS_USED = """
            (EXISTS (SELECT 1 FROM todos t WHERE t.user_id = s.user_id AND t.subject = s.subject)
              OR EXISTS (SELECT 1 FROM study_sessions e WHERE e.user_id = s.user_id AND e.subject = s.subject))
            """;
    private static final String LIST = """
            SELECT s.subject FROM subjects s
            WHERE s.user_id = :user AND s.subject > :after AND EXISTS (SELECT 1 FROM users u WHERE u.id = :user) AND
            """ + IS_USED + "ORDER BY s.subject LIMIT :limit";
    private static final String CONTAINS = "SELECT EXISTS (SELECT 1 FROM subjects s"
            + " WHERE s.user_id = :user AND s.subject = :subject AND " + IS_USED + ")";
    private static final String ADD = """
            INSERT INTO subjects (user_id, subject) VALUES (:user, :subject) ON CONFLICT (user_id, subject) DO NOTHING
            """;
    /** The count ends at one more than the maximum, because a higher number makes no difference. */
    private static final String COUNT = """
            SELECT count(*) FROM (SELECT 1 FROM subjects WHERE user_id = :user LIMIT :counted) s
            """;

    private static final String DELETE_UNUSED = """
            DELETE FROM subjects WHERE user_id = :user AND subject <> :kept AND subject NOT IN
              (SELECT s.subject FROM subjects s WHERE s.user_id = :user AND
            """ + IS_USED + ")";
    private static final String FREE =
            "DELETE FROM subjects s WHERE s.user_id = :user AND s.subject = :subject AND NOT " + IS_USED;

    private final JdbcClient jdbc;

    SubjectTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
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

    /** Returns whether a todo or session of the user has the subject. */
    public boolean contains(UUID user, String subject) {
        return jdbc.sql(CONTAINS)
                .param("user", user)
                .param("subject", subject)
                .query(Boolean.class)
                .single();
    }

    /**
     * Adds a subject that replaces others, without regard to the limit, because the others are deleted afterwards. A
     * subject that exists remains.
     */
    public void addReplacement(UUID user, String subject) {
        if (jdbc.sql(ADD).param("user", user).param("subject", subject).update() > 1) {
            throw new IllegalStateException("a user has a subject at most once");
        }
    }

    /** Deletes the row of a subject if it is unused, and returns whether it did. */
    public boolean deleteIfUnused(UUID user, String subject) {
        return jdbc.sql(FREE).param("user", user).param("subject", subject).update() > 0;
    }

    /**
     * Adds a subject. If the user then has too many, the method deletes the unused ones.
     *
     * @return whether the user now has at most {@code most} subjects
     */
    boolean add(UUID user, String subject, int most) {
        int added = jdbc.sql(ADD).param("user", user).param("subject", subject).update();
        if (added == 0 || count(user, most + 1) <= most) {
            return true;
        }
        int deleted = jdbc.sql(DELETE_UNUSED)
                .param("user", user)
                .param("kept", subject)
                .update();
        return deleted > 0 && count(user, most + 1) <= most;
    }

    private long count(UUID user, int counted) {
        return jdbc.sql(COUNT)
                .param("user", user)
                .param("counted", counted)
                .query(Long.class)
                .single();
    }
}
