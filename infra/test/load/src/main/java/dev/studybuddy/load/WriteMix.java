package dev.studybuddy.load;

import dev.studybuddy.audit.AcknowledgedWrite.Effect;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Chooses the next write at random: about 32 of a hundred writes create todos, 38 change todos, 5 delete todos, 22
 * concern sessions, and 3 concern users.
 */
final class WriteMix {

    static final String TODOS = "/api/todos";
    static final String SESSIONS = "/api/sessions";
    static final String USERS = "/api/users";

    private static final List<String> SUBJECTS = List.of("Math", "Physics", "", "C++ & co.", "50% $ales", "Größen");
    private static final List<Difficulty> DIFFICULTIES = List.of(Difficulty.values());
    private static final List<SessionType> TYPES = List.of(SessionType.values());
    private static final int DAYS_BACK = 40;

    private final String run;
    private final boolean changesSessions;

    /**
     * Creates a mix.
     *
     * @param run text that makes this run's e-mail addresses unique
     * @param changesSessions whether the load changes sessions; if not, it creates more of them
     */
    WriteMix(String run, boolean changesSessions) {
        this.run = run;
        this.changesSessions = changesSessions;
    }

    Write next(LoadUser user, long number, RandomGenerator random) {
        int dice = random.nextInt(100);
        if (dice < 32) {
            return createTodo(user, number, random);
        }
        if (dice < 75) {
            return changeTodo(dice, user, number, random);
        }
        if (dice < 90 || (dice < 94 && !changesSessions)) {
            return createSession(user, random);
        }
        if (dice < 94) {
            return user.randomSession(random)
                    .map(id -> patchSession(id, user, random))
                    .orElseGet(() -> createSession(user, random));
        }
        if (dice < 97) {
            return user.removeRandomSession(random)
                    .map(id -> Write.delete(AggregateType.SESSION, SESSIONS, id, user))
                    .orElseGet(() -> createSession(user, random));
        }
        return dice < 99 ? renameUser(user, number) : createUser(number);
    }

    Write createUser(long number) {
        String name = "load-" + run + "-" + number;
        return Write.create(
                AggregateType.USER, USERS, Map.of("email", name + "@example.org", "name", "Load " + number), null);
    }

    private static Write createTodo(LoadUser user, long number, RandomGenerator random) {
        Map<String, Object> body = Map.of(
                "title", "Todo " + number,
                "subject", pick(SUBJECTS, random),
                "difficulty", pick(DIFFICULTIES, random).code(),
                "questionsTarget", random.nextInt(50));
        return Write.create(AggregateType.TODO, TODOS, body, user);
    }

    private static Write changeTodo(int dice, LoadUser user, long number, RandomGenerator random) {
        if (dice >= 70) {
            return user.removeRandomTodo(random)
                    .map(id -> Write.delete(AggregateType.TODO, TODOS, id, user))
                    .orElseGet(() -> createTodo(user, number, random));
        }
        return user.randomTodo(random)
                .map(id -> patchTodo(dice, id, user, number, random))
                .orElseGet(() -> createTodo(user, number, random));
    }

    private static Write patchTodo(int dice, String id, LoadUser user, long number, RandomGenerator random) {
        if (dice < 46) {
            Map<String, Object> body = Map.of("title", "Todo again " + number, "subject", pick(SUBJECTS, random));
            return Write.patch(AggregateType.TODO, TODOS, id, body, Effect.CHANGED, user);
        }
        Map<String, Object> body = dice < 64
                ? Map.of("completed", true, "questionsCompleted", random.nextInt(60))
                : Map.of("completed", false);
        return Write.patch(AggregateType.TODO, TODOS, id, body, Effect.PERHAPS_CHANGED, user);
    }

    private static Write createSession(LoadUser user, RandomGenerator random) {
        return Write.create(AggregateType.SESSION, SESSIONS, session(random), user);
    }

    /** Each patch sets another time, so that it changes the session. */
    private static Write patchSession(String id, LoadUser user, RandomGenerator random) {
        return Write.patch(AggregateType.SESSION, SESSIONS, id, session(random), Effect.CHANGED, user);
    }

    private static Map<String, Object> session(RandomGenerator random) {
        Instant at = Instant.now().minus(Duration.ofHours(random.nextInt(24 * DAYS_BACK)));
        return Map.of(
                "minutes", 1 + random.nextInt(120),
                "sessionType", pick(TYPES, random).code(),
                "subject", pick(SUBJECTS, random),
                "completedAt", EventJson.text(at));
    }

    private static Write renameUser(LoadUser user, long number) {
        Map<String, Object> body = Map.of("name", "Name " + number, "showProfile", number % 2 == 0);
        return Write.patch(AggregateType.USER, USERS, user.id(), body, Effect.CHANGED, user);
    }

    private static <T> T pick(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
