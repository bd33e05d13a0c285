package dev.studybuddy.api.subject;

import dev.studybuddy.api.subject.Subjects.SubjectCounts;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Computes subjects from CockroachDB, the source of truth, if MongoDB is unavailable. The counts are exact, but take
 * longer than a read of the rollups.
 */
final class SqlSubjects {

    private static final String COUNTS = """
            difficulty, count(*) AS todos, sum(CASE WHEN completed THEN 1 ELSE 0 END) AS completed,
            sum(questions_target) AS questions_target, sum(questions_completed) AS questions_completed
            """;

    private static final String OF_USER =
            "SELECT subject, " + COUNTS + " FROM todos WHERE user_id = ? GROUP BY subject, difficulty";

    private static final String OF_ALL_USERS = "SELECT t.subject, " + COUNTS + """
            FROM todos t
            JOIN (SELECT subject FROM todos GROUP BY subject ORDER BY count(*) DESC, subject LIMIT ?) most
              ON most.subject = t.subject
            GROUP BY t.subject, difficulty""";

    private final JdbcClient jdbc;

    SqlSubjects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Subjects readUser(UUID user, int limit) {
        SubjectSums sums = new SubjectSums();
        jdbc.sql(OF_USER).param(user).query(addTo(sums));
        return sums.toSubjects(limit);
    }

    /**
     * Reads the hardest subjects of all users.
     *
     * @param among the number of subjects with the most todos, among which the hardest subjects are chosen
     * @param limit the largest number of subjects to return
     */
    Subjects readAllUsers(int among, int limit) {
        SubjectSums sums = new SubjectSums();
        jdbc.sql(OF_ALL_USERS).param(among).query(addTo(sums));
        return sums.toSubjects(limit);
    }

    private static RowCallbackHandler addTo(SubjectSums sums) {
        return row -> sums.add(
                row.getString("subject"),
                row.getString("difficulty"),
                new SubjectCounts(
                        row.getLong("todos"),
                        row.getLong("completed"),
                        row.getLong("questions_target"),
                        row.getLong("questions_completed")));
    }
}
