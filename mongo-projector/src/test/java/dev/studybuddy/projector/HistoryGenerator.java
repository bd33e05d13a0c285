package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.bson.Document;

/**
 * A history generator generates random histories of todos and sessions, and computes the sums that MongoDB must show
 * for them.
 */
public final class HistoryGenerator {

    private static final List<String> SUBJECTS = List.of("", "Math", "a.b", "$c", "50%");

    private static final List<Difficulty> DIFFICULTIES = List.of(Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD);
    private static final List<SessionType> TYPES =
            List.of(SessionType.POMODORO, SessionType.STOPWATCH, SessionType.MANUAL);

    private static final int UUID_LENGTH = 36;

    /** The ids of sessions begin with these digits, so that a deleted state shows its type. */
    private static final String SESSION_PREFIX = "5e550000";

    private final Random random;
    private final Map<String, AggregateState> states = new LinkedHashMap<>();

    HistoryGenerator(long seed) {
        random = new Random(seed);
    }

    /** Returns the next state of a random aggregate. */
    AggregateState next(int aggregates) {
        int n = random.nextInt(aggregates);
        boolean todo = n % 2 == 0;
        String id = todo ? uuid("todo-" + n) : sessionId(n);
        AggregateState before = states.get(id);
        if ((!todo && before != null) || before instanceof DeletedState) {
            return before;
        }
        long version = before == null ? 1 : before.version() + 1;
        AggregateState next = before != null && random.nextInt(8) == 0
                ? new DeletedState(id, before.owner(), version)
                : todo ? todo(id, "user-" + n % 5, version) : session(id, "user-" + n % 5, version);
        states.put(id, next);
        return next;
    }

    /** Returns whether an id belongs to a session of a generated history. */
    static boolean isSession(String id) {
        return id.startsWith(SESSION_PREFIX);
    }

    private static String sessionId(int n) {
        return SESSION_PREFIX + uuid("session-" + n).substring(SESSION_PREFIX.length());
    }

    /** Returns the UUID of a name, or the name itself if it has the length of a UUID. */
    static String uuid(String name) {
        return name.length() == UUID_LENGTH
                ? name
                : UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
    }

    Map<String, AggregateState> states() {
        return states;
    }

    TodoState todo(String id, String user, long version) {
        boolean completed = random.nextBoolean();
        Instant at = Instant.parse("2026-11-20T10:00:00Z");
        return new TodoState(
                uuid(id),
                uuid(user),
                "Read",
                SUBJECTS.get(random.nextInt(SUBJECTS.size())),
                DIFFICULTIES.get(random.nextInt(3)),
                10,
                random.nextInt(10),
                completed,
                completed ? at : null,
                completed ? day() : null,
                null,
                version,
                at,
                at);
    }

    private SessionState session(String id, String user, long version) {
        Instant at = Instant.parse("2026-11-20T10:00:00Z");
        return new SessionState(
                id,
                uuid(user),
                SUBJECTS.get(random.nextInt(SUBJECTS.size())),
                TYPES.get(random.nextInt(3)),
                1 + random.nextInt(90),
                at,
                day(),
                version,
                at,
                at);
    }

    private LocalDate day() {
        return LocalDate.of(2026, 12, 25).plusDays(random.nextInt(12));
    }

    /** Returns the sums that the rollups must hold. */
    Map<String, Map<String, Long>> totals() {
        return totals(states.values());
    }

    /** Returns the sums of {@code study_totals} for the given states. */
    public static Map<String, Map<String, Long>> totals(Iterable<AggregateState> states) {
        return totals(StudyContribution::add, states);
    }

    static Map<String, Map<String, Long>> totals(
            ContributionFunction contributionFunction, Iterable<AggregateState> states) {
        Sums sums = new Sums();
        states.forEach(state -> contributionFunction.add(sums, state, 1));
        Map<String, Map<String, Long>> totals = new LinkedHashMap<>();
        sums.forEach((RollupKey key, Map<String, Long> amounts) -> totals.put(key.id(), amounts));
        return totals;
    }

    /** Returns the sums of the given rollups by dotted path, without zeros. */
    public static Map<String, Map<String, Long>> shown(Iterable<Document> rollups) {
        Map<String, Map<String, Long>> shown = new LinkedHashMap<>();
        for (Document rollup : rollups) {
            Map<String, Long> amounts = new LinkedHashMap<>();
            flatten("", rollup, amounts);
            if (!amounts.isEmpty()) {
                shown.put(rollup.getString("_id"), amounts);
            }
        }
        return shown;
    }

    private static void flatten(String path, Document document, Map<String, Long> amounts) {
        document.forEach((name, value) -> {
            if (value instanceof Document inner && !name.equals("w")) {
                flatten(path + name + '.', inner, amounts);
            } else if (value instanceof Number number && number.longValue() != 0) {
                amounts.put(path + name, number.longValue());
            }
        });
    }
}
