package dev.studybuddy.api.user;

import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemException;
import java.time.ZoneId;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What a write of a todo or a session needs to know of its user, read in the write's transaction: SERIALIZABLE then
 * keeps it from passing by the user's deletion, without a foreign key.
 */
@Component
public final class Owners {

    /** How many subjects a user may use, so that their rollups stay bounded. */
    public static final int MOST_SUBJECTS = 500;

    private static final String OWNER = """
            SELECT u.time_zone,
                   EXISTS (SELECT 1 FROM subjects s WHERE s.user_id = u.id AND s.subject = :subject) AS subject_known
            FROM users u WHERE u.id = :id
            """;
    private static final String ADD_SUBJECT = """
            INSERT INTO subjects (user_id, subject) VALUES (:id, :subject) ON CONFLICT (user_id, subject) DO NOTHING
            """;
    private static final String COUNT_SUBJECTS = """
            SELECT count(*) FROM (SELECT 1 FROM subjects WHERE user_id = :id LIMIT 501) s
            """;

    private final JdbcClient jdbc;

    Owners(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Owner(String timeZone, boolean subjectKnown) {}

    /**
     * The zone in which the user's days are counted; the subject is the user's from now on.
     *
     * @param subject empty for none
     * @throws ProblemException 409 where there is no such user (any more), 422 where this is one subject too many
     */
    public ZoneId checkForWrite(UUID id, String subject) {
        Owner owner = jdbc.sql(OWNER)
                .param("id", id)
                .param("subject", subject)
                .query((row, number) -> new Owner(row.getString("time_zone"), row.getBoolean("subject_known")))
                .optional()
                .orElseThrow(() -> Problem.conflict(
                                "no-such-user",
                                "No such user",
                                "The caller is no user (any more); POST /api/users makes one.")
                        .exception());
        if (!owner.subjectKnown() && !subject.isEmpty()) {
            add(id, subject);
        }
        return ZoneId.of(owner.timeZone());
    }

    private void add(UUID id, String subject) {
        int added =
                jdbc.sql(ADD_SUBJECT).param("id", id).param("subject", subject).update();
        long subjects =
                jdbc.sql(COUNT_SUBJECTS).param("id", id).query(Long.class).single();
        if (added > 0 && subjects > MOST_SUBJECTS) {
            throw Problem.of(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "too-many-subjects",
                            "Too many subjects",
                            "A user has at most " + MOST_SUBJECTS + " subjects.")
                    .exception();
        }
    }
}
