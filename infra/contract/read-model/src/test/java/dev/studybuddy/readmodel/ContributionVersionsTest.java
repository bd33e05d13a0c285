package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares the versions of the contribution to {@code study_totals} over random histories of changes. */
class ContributionVersionsTest {

    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
    private static final LocalDate FIRST = LocalDate.of(2025, 12, 20);
    private static final int HISTORIES = 50;
    private static final int CHANGES = 200;

    @Test
    void amountsThatBothVersionsHaveAreEqual() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Map<String, Map<String, Long>> first = sums(1, seed);
            Map<String, Map<String, Long>> second = sums(2, seed);
            assertThat(second).isNotEmpty();
            Map<String, Map<String, Long>> expected = new HashMap<>();
            first.forEach((id, amounts) -> {
                Map<String, Long> read = new HashMap<>(amounts);
                read.keySet().removeIf(path -> !isInVersion2(id, path));
                if (!read.isEmpty()) {
                    expected.put(id, read);
                }
            });
            assertThat(second).as("seed %s", seed).isEqualTo(expected);
        }
    }

    @Test
    void theTotalsOfAllUsersForALongPeriodAreTheSumOfItsDays() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Map<String, Map<String, Long>> first = sums(1, seed);
            Map<String, Map<String, Long>> added = new HashMap<>();
            sums(2, seed).forEach((id, amounts) -> {
                if (id.contains(":*")) {
                    LocalDate day = LocalDate.parse(id.substring(0, id.indexOf(':')));
                    for (String period : Periods.of(day)) {
                        String longer = period + id.substring(id.indexOf(':'));
                        amounts.forEach((path, amount) -> added.computeIfAbsent(longer, any -> new HashMap<>())
                                .merge(path, amount, Long::sum));
                    }
                }
            });
            assertThat(added).isNotEmpty();
            added.forEach((id, amounts) -> amounts.values().removeIf(amount -> amount == 0));
            added.values().removeIf(Map::isEmpty);
            added.forEach((id, amounts) ->
                    assertThat(first.getOrDefault(id, Map.of())).as(id).containsAllEntriesOf(amounts));
        }
    }

    /** Returns what the design states about version 2, independently of the contribution's code. */
    private static boolean isInVersion2(String id, String path) {
        String period = id.substring(0, id.indexOf(':'));
        String name = id.substring(id.indexOf(':') + 1);
        boolean day = period.length() == "2026-11-23".length();
        boolean month = period.length() == "2026-11".length();
        if (name.startsWith("*:")) {
            return day
                    && Set.of("studyMinutes", "todosCompleted", "questionsCompleted")
                            .contains(path);
        }
        if (name.equals("*") || day) {
            return day;
        }
        return Set.of("points", "studyMinutes", "todosCompleted").contains(path)
                || (month && path.startsWith("active."));
    }

    private static Map<String, Map<String, Long>> sums(int version, int seed) {
        ContributionFunction contributionFunction =
                StudyContribution.ofVersion(version).orElseThrow();
        Random random = new Random(seed);
        Sums sums = new Sums();
        Map<String, AggregateState> states = new HashMap<>();
        for (int change = 0; change < CHANGES; change++) {
            AggregateState next = random.nextBoolean() ? session(random) : todo(random);
            AggregateState previous = random.nextInt(10) == 0 ? states.remove(next.id()) : states.put(next.id(), next);
            if (previous != null) {
                contributionFunction.add(sums, previous, -1);
            }
            if (states.containsKey(next.id())) {
                contributionFunction.add(sums, next, 1);
            }
        }
        Map<String, Map<String, Long>> documents = new HashMap<>();
        sums.forEach((key, amounts) -> documents.put(key.id(), Map.copyOf(amounts)));
        return documents;
    }

    private static SessionState session(Random random) {
        return new SessionState(
                "s" + random.nextInt(20),
                "u" + random.nextInt(3),
                subject(random),
                pick(random, List.of(SessionType.values())),
                1 + random.nextInt(90),
                AT,
                day(random),
                1,
                AT,
                AT);
    }

    private static TodoState todo(Random random) {
        boolean completed = random.nextInt(3) > 0;
        return new TodoState(
                "t" + random.nextInt(20),
                "u" + random.nextInt(3),
                "Read",
                subject(random),
                pick(random, List.of(Difficulty.values())),
                10,
                random.nextInt(11),
                completed,
                completed ? AT : null,
                completed ? day(random) : null,
                null,
                1,
                AT,
                AT);
    }

    private static String subject(Random random) {
        return pick(random, List.of("Math", "", "C.$", "100%"));
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Returns a day of about two months around the end of a year and of its last ISO week. */
    private static LocalDate day(Random random) {
        return FIRST.plusDays(random.nextInt(60));
    }
}
