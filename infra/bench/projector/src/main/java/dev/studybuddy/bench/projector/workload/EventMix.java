package dev.studybuddy.bench.projector.workload;

import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.audit.ExpectedStates;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mix generates identical events in each run: first one event for each aggregate, and then one event after the other
 * for random aggregates. Every second version of a todo or a session changes the sums: a todo becomes completed or
 * open, and a session gets another number of minutes. The dates lie within one week. A mix keeps only the version of
 * each aggregate and computes the states again.
 */
public final class EventMix implements ExpectedStates {

    private static final int MANY_AGGREGATES_PER_USER = 100;
    private static final int FEW_AGGREGATES_PER_USER = 5;

    /** This prime number is larger than the number of aggregates, so that its multiples reach each aggregate once. */
    private static final long STRIDE = 7_368_787;

    private static final int VERSIONS_PER_CYCLE = 4;
    private static final int DAYS = 7;
    private static final int MINUTES = 50;
    private static final List<String> SUBJECTS =
            List.of("Algebra", "Biology", "Chemistry", "Drama", "English", "French", "Geography", "History");
    private static final List<Difficulty> DIFFICULTIES = List.of(Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD);
    private static final List<SessionType> TYPES =
            List.of(SessionType.POMODORO, SessionType.STOPWATCH, SessionType.MANUAL);
    private static final Instant CREATED_AT = Instant.parse("2026-11-01T08:00:00Z");
    private static final String TODO_ID = "10000000-0000-4000-8000-";
    private static final String SESSION_ID = "20000000-0000-4000-8000-";
    private static final String USER_ID = "30000000-0000-4000-8000-";

    private final Random random = new Random(20_261_123);
    private final int aggregates;
    private final int users;
    private final boolean wide;
    private final int[] versions;
    private long events;

    private EventMix(int aggregates, int aggregatesPerUser, boolean wide) {
        if (aggregates < 1 || aggregates >= STRIDE) {
            throw new IllegalArgumentException(
                    "a mix has from 1 to " + (STRIDE - 1) + " aggregates, but " + aggregates + " are requested");
        }
        this.aggregates = aggregates;
        this.users = Math.max(1, aggregates / aggregatesPerUser);
        this.wide = wide;
        this.versions = new int[aggregates];
    }

    /** Creates a mix of users who have many aggregates. One in a hundred aggregates is a user. */
    public static EventMix ofFewUsers(int aggregates) {
        return new EventMix(aggregates, MANY_AGGREGATES_PER_USER, false);
    }

    /**
     * Creates a mix of users who have few aggregates. One in five aggregates is a user, who has two todos and two
     * sessions. The first events of a user's aggregates are far apart, so that almost every record of a batch belongs
     * to another user. Half of the todos are completed in their first version.
     */
    public static EventMix ofManyUsers(int aggregates) {
        return new EventMix(aggregates, FEW_AGGREGATES_PER_USER, true);
    }

    /** This record holds an event for the topic of its type. */
    public record Event(AggregateType type, AggregateState state) {}

    /** Generates the next event. */
    public Event next() {
        int n = events < aggregates ? first(events) : random.nextInt(aggregates);
        events++;
        versions[n]++;
        return event(n, versions[n]);
    }

    /** Returns the number of events generated so far. */
    public long events() {
        return events;
    }

    /** Returns the number of users. */
    public int userCount() {
        return users;
    }

    @Override
    public @Nullable AggregateState find(AggregateKey key) {
        int n = numberOf(key.id());
        if (n >= aggregates || versions[n] == 0) {
            return null;
        }
        Event last = event(n, versions[n]);
        return last.type() == key.type() && last.state().id().equals(key.id()) ? last.state() : null;
    }

    @Override
    public List<AggregateState> ofUser(String userId) {
        List<AggregateState> states = new ArrayList<>();
        for (int n = numberOf(userId); n < aggregates; n += users) {
            if (versions[n] > 0) {
                states.add(event(n, versions[n]).state());
            }
        }
        return states;
    }

    @Override
    public Stream<String> userIds() {
        return IntStream.range(0, users).mapToObj(this::userId);
    }

    /** Returns the number of the aggregate whose first event comes after this number of other first events. */
    private int first(long count) {
        return (int) (wide ? count * STRIDE % aggregates : count);
    }

    private static int numberOf(String id) {
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
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
     * title, and so on. In a wide mix, the first version is any of these.
     */
    private TodoState todo(int n, long version) {
        long firstStep = wide ? n % users + n / users / 2 : 0;
        long step = (firstStep + version) % VERSIONS_PER_CYCLE;
        boolean completed = step == 2 || step == 3;
        return new TodoState(
                id(TODO_ID, n),
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
                id(SESSION_ID, n),
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
        return id(USER_ID, n % users);
    }

    private static String id(String prefix, int n) {
        return prefix + String.format(Locale.ROOT, "%012d", n);
    }

    private LocalDate day(int n) {
        return LocalDate.of(2026, 11, 16).plusDays((n / users + n) % DAYS);
    }

    private static Instant updatedAt(long version) {
        return CREATED_AT.plus(version, ChronoUnit.MINUTES);
    }
}
