package dev.studybuddy.bench.projector.workload;

import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The same events in each run: first every aggregate once, then random ones. One in a hundred aggregates is a user, half of
 * the others are todos, half sessions. Every other version of a todo or a session changes the sums: a todo becomes completed
 * or ceases to be, a session gets other minutes. The dates lie within a week.
 */
public final class Mix {

    private static final int USER_OF_AGGREGATES = 100;
    private static final int VERSIONS_OF_A_CYCLE = 4;
    private static final int DAYS = 7;
    private static final int MINUTES = 50;
    private static final List<String> SUBJECTS =
            List.of("Algebra", "Biology", "Chemistry", "Drama", "English", "French", "Geography", "History");
    private static final List<Difficulty> DIFFICULTIES = List.of(Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD);
    private static final List<SessionType> TYPES =
            List.of(SessionType.POMODORO, SessionType.STOPWATCH, SessionType.MANUAL);
    private static final Instant BORN = Instant.parse("2026-11-01T08:00:00Z");

    private final Random random = new Random(20_261_123);
    private final int aggregates;
    private final int users;
    private final long[] versions;
    private final Map<AggregateKey, AggregateState> states = new HashMap<>();
    private long events;
    private long scoring;

    /** A mix of so many aggregates. */
    public Mix(int aggregates) {
        this.aggregates = aggregates;
        this.users = Math.max(1, aggregates / USER_OF_AGGREGATES);
        this.versions = new long[aggregates];
    }

    /** The next event, on the topic of that type. */
    public record Event(AggregateType type, AggregateState state) {}

    /** The next event. */
    public Event next() {
        int n = events < aggregates ? (int) events : random.nextInt(aggregates);
        events++;
        long version = ++versions[n];
        Event event = event(n, version);
        states.put(new AggregateKey(event.type(), event.state().id()), event.state());
        return event;
    }

    /** The last state of each aggregate. */
    public Map<AggregateKey, AggregateState> states() {
        return Map.copyOf(states);
    }

    /** How many events there were. */
    public long events() {
        return events;
    }

    /** The share of the events that changed sums. */
    public double scoringShare() {
        return events == 0 ? 0 : (double) scoring / events;
    }

    private Event event(int n, long version) {
        if (n < users) {
            return new Event(AggregateType.USER, user(n, version));
        }
        boolean isTodo = n / users % 2 == 0;
        boolean changesSums = version % 2 == (isTodo ? 0 : 1);
        scoring += changesSums ? 1 : 0;
        return isTodo
                ? new Event(AggregateType.TODO, todo(n, version))
                : new Event(AggregateType.SESSION, session(n, version));
    }

    private UserState user(int n, long version) {
        return new UserState(
                userId(n),
                "User " + n + " in her " + version + ". version",
                "user" + n,
                null,
                "Europe/Berlin",
                true,
                version,
                BORN,
                changed(version));
    }

    /** Open, completed, another title, open again, another title, and so on. */
    private TodoState todo(int n, long version) {
        long step = version % VERSIONS_OF_A_CYCLE;
        boolean completed = step == 2 || step == 3;
        return new TodoState(
                "todo-%08d-4f6e-8d2a".formatted(n),
                userId(n),
                "Read chapter " + (n % 40) + ", for the " + version + ". time",
                SUBJECTS.get(n % SUBJECTS.size()),
                DIFFICULTIES.get(n % DIFFICULTIES.size()),
                10,
                n % 10,
                completed,
                completed ? changed(version) : null,
                completed ? day(n) : null,
                null,
                version,
                BORN,
                changed(version));
    }

    private SessionState session(int n, long version) {
        long minutes = 1 + (n + (version + 1) / 2) % MINUTES;
        return new SessionState(
                "session-%08d-4f6e-8d2a".formatted(n),
                userId(n),
                SUBJECTS.get(n % SUBJECTS.size()),
                TYPES.get(n % TYPES.size()),
                (int) minutes,
                BORN,
                day(n),
                version,
                BORN,
                changed(version));
    }

    private String userId(int n) {
        return "user-%08d-4f6e-8d2a".formatted(n % users);
    }

    private LocalDate day(int n) {
        return LocalDate.of(2026, 11, 16).plusDays((n / users + n) % DAYS);
    }

    private static Instant changed(long version) {
        return BORN.plus(version, ChronoUnit.MINUTES);
    }
}
