package dev.studybuddy.api.user;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.contract.TimeZones;
import java.time.ZoneId;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Checks the user whose todo or session is about to be written, and adds its subject to the user's subjects. It reads
 * the user in the write's transaction, so that SERIALIZABLE isolation serializes the write with the user's deletion
 * without a foreign key.
 */
@Component
public final class OwnerCheck {

    /** The todos and sessions of a user may have at most this many subjects at a time, so that reports stay short. */
    public static final int MAX_SUBJECTS = 500;

    /**
     * A user may use at most this many different subjects in total. The rollups keep the key of a subject that no
     * todo and no session has any longer, and MongoDB limits a document to 16 MB.
     */
    public static final int MAX_SUBJECTS_EVER_USED = 5_000;

    /** The subject of a todo or a session obeys this rule; an empty text means no subject. */
    public static final TextRule SUBJECT = TextRule.length(0, 60);

    private static final String OWNER = """
            SELECT u.time_zone,
                   EXISTS (SELECT 1 FROM subjects s WHERE s.user_id = u.id AND s.subject = :subject AND NOT s.freed)
                     AS has_subject
            FROM users u WHERE u.id = :id
            """;
    private static final String EXISTS = "SELECT EXISTS (SELECT 1 FROM users WHERE id = :id)";

    private final JdbcClient jdbc;
    private final SubjectTable subjects;

    OwnerCheck(JdbcClient jdbc, SubjectTable subjects) {
        this.jdbc = jdbc;
        this.subjects = subjects;
    }

    private record Owner(String timeZone, boolean hasSubject) {}

    /**
     * Returns the zone in which the user's days are counted, and adds the subject to the user's subjects.
     *
     * @param id the id of the user
     * @param subject the subject of the todo or session; empty for none
     * @throws ProblemException with status 409 if the user does not exist or was deleted, and with status 422 if the
     *     user would have too many subjects
     */
    public ZoneId checkForWrite(UUID id, String subject) {
        Owner owner = jdbc.sql(OWNER)
                .param("id", id)
                .param("subject", subject)
                .query((row, number) -> new Owner(row.getString("time_zone"), row.getBoolean("has_subject")))
                .optional()
                .orElseThrow(() -> Problem.conflict(
                                "no-such-user",
                                "No such user",
                                "The caller's user does not exist, or was deleted. POST /api/users creates one for a"
                                        + " new caller.")
                        .toException());
        if (!owner.hasSubject() && !subject.isEmpty()) {
            addSubject(id, subject);
        }
        return TimeZones.findOrUtc(owner.timeZone());
    }

    /** Returns whether the user exists and is not deleted. */
    public boolean exists(UUID id) {
        return jdbc.sql(EXISTS).param("id", id).query(Boolean.class).single();
    }

    /**
     * Ensures that the user may use a subject which a job will add later.
     *
     * @throws ProblemException with status 422 if the user would have used too many different subjects
     */
    public void reserveSubject(UUID id, String subject) {
        if (!subjects.reserve(id, subject, MAX_SUBJECTS_EVER_USED)) {
            throw tooManyEverUsed();
        }
    }

    private void addSubject(UUID id, String subject) {
        switch (subjects.add(id, subject, MAX_SUBJECTS, MAX_SUBJECTS_EVER_USED)) {
            case ADDED -> {}
            case TOO_MANY ->
                throw tooManySubjects(
                        "A user can have at most " + MAX_SUBJECTS + " subjects. Use an existing subject.");
            case TOO_MANY_EVER_USED -> throw tooManyEverUsed();
        }
    }

    private static ProblemException tooManyEverUsed() {
        return tooManySubjects("A user can use at most " + MAX_SUBJECTS_EVER_USED
                + " different subjects in total, and a subject counts even if no todo and no session has it"
                + " any longer. Use a subject that was used before.");
    }

    private static ProblemException tooManySubjects(String detail) {
        return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "too-many-subjects", "Too many subjects", detail)
                .toException();
    }
}
