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
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A mix generates identical events in each run: first one for every aggregate, then one for a random aggregate each
 * time. One in a hundred aggregates is a user; of the others, half are todos and half are sessions. Every second
 * version of a todo or a session changes the sums: a todo becomes completed or open, and a session gets another number
 * of minutes. The dates lie within one week.
 */
public final class EventMix {

    private static final int AGGREGATES_PER_USER = 100;
    private static final int VERSIONS_PER_CYCLE = 4;
    private static final int DAYS = 7;
    private static final int MINUTES = 50;
    private static final List<String> SUBJECTS =
            List.of("Algebra", "Biology", "Chemistry", "Drama", "English", "French", "Geography", "History");
    private static final List<Difficulty> DIFFICULTIES = List.of(Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD);
    private static final List<SessionType> TYPES =
            List.of(SessionType.POMODORO, SessionType.STOPWATCH, SessionType.MANUAL);
    private static final Instant CREATED_AT = Instant.parse("2026-11-01T08:00:00Z");

    private final Random random = new Random(20_261_123);
    private final int aggregates;
    private final int users;
    private final long[] versions;
    private final Map<AggregateKey, AggregateState> states = new HashMap<>();
    private long events;

    /** Creates a mix of the given number of aggregates. */
    public EventMix(int aggregates) {
        this.aggregates = aggregates;
        this.users = Math.max(1, aggregates / AGGREGATES_PER_USER);
        this.versions = new long[aggregates];
    }

    /** This record holds an event for the topic of its type. */
    public record Event(AggregateType type, AggregateState state) {}

    /** Generates the next event. */
    public Event next() {
        int n = events < aggregates ? (int) events : random.nextInt(aggregates);
        events++;
        long version = ++versions[n];
        Event event = event(n, version);
        states.put(new AggregateKey(event.type(), event.state().id()), event.state());
        return event;
    }

    /** Returns the last state of each aggregate. */
    public Map<AggregateKey, AggregateState> states() {
        return Map.copyOf(states);
    }

    /** Returns the number of events generated so far. */
    public long events() {
        return events;
    }

    private Event event(int n, long version) {
        if (n < users) {
            return new Event(AggregateType.USER, user(n, version));
        }
        boolean isTodo = n / users % 2 == 0;
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
                CREATED_AT,
                updatedAt(version));
    }

    /**
     * Returns a todo. Its versions are in turn: open, completed, completed with another title, open, open with another
     * title, and so on.
     */
    private TodoState todo(int n, long version) {
        long step = version % VERSIONS_PER_CYCLE;
        boolean completed = step == 2 || step == 3;
        return new TodoState(
                String.format(Locale.ROOT, "10000000-0000-4000-8000-%012d", n),
                userId(n),
                "Read chapter " + (n % 40) + ", for the " + version + ". time",
                SUBJECTS.get(n % SUBJECTS.size()),
                DIFFICULTIES.get(n % DIFFICULTIES.size()),
                10,
                n % 10,
                completed,
                completed ? updatedAt(version) : null,
                completed ? day(n) : null,
                null,
                version,
                CREATED_AT,
                updatedAt(version));
    }

    private SessionState session(int n, long version) {
        long minutes = 1 + (n + (version + 1) / 2) % MINUTES;
        return new SessionState(
                String.format(Locale.ROOT, "20000000-0000-4000-8000-%012d", n),
                userId(n),
                SUBJECTS.get(n % SUBJECTS.size()),
                TYPES.get(n % TYPES.size()),
                (int) minutes,
                CREATED_AT,
                day(n),
                version,
                CREATED_AT,
                updatedAt(version));
    }

    private String userId(int n) {
        return String.format(Locale.ROOT, "30000000-0000-4000-8000-%012d", n % users);
    }

    private LocalDate day(int n) {
        return LocalDate.of(2026, 11, 16).plusDays((n / users + n) % DAYS);
    }

    private static Instant updatedAt(long version) {
        return CREATED_AT.plus(version, ChronoUnit.MINUTES);
    }
}
