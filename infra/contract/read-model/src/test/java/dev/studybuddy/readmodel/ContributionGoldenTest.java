package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The golden files hold the documents that each version of the contribution to {@code study_totals} changes. They never
 * change, because existing generations were built by these versions.
 */
class ContributionGoldenTest {

    private static final Instant AT = Instant.parse("2027-01-01T12:00:00Z");
    private static final LocalDate ON = LocalDate.of(2027, 1, 1);
    private static final String SUBJECT = "100% C.$";

    private static final Map<String, AggregateState> STATES = new LinkedHashMap<>();

    static {
        STATES.put("a session", new SessionState("s1", "u1", SUBJECT, SessionType.POMODORO, 25, AT, ON, 1, AT, AT));
        STATES.put("a completed todo", todo(true));
        STATES.put("an open todo", todo(false));
        STATES.put("a user", new UserState("u1", "Ann", null, null, "UTC", true, 1, AT, AT));
        STATES.put("a deleted aggregate", new DeletedState("t1", "u1", 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void eachVersionChangesTheDocumentsOfItsGoldenFile(int version) throws Exception {
        ContributionFunction contributionFunction =
                StudyContribution.ofVersion(version).orElseThrow();
        JsonNode golden = golden("study_totals.v" + version + ".json");
        assertThat(golden.propertyNames()).containsExactlyInAnyOrderElementsOf(STATES.keySet());
        STATES.forEach((name, state) -> {
            Sums sums = new Sums();
            contributionFunction.add(sums, state, 1);
            Map<String, Map<String, Long>> documents = new HashMap<>();
            sums.forEach((key, amounts) -> documents.put(key.id(), Map.copyOf(amounts)));
            assertThat(documents).as(name).isEqualTo(documents(Objects.requireNonNull(golden.get(name))));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a session", "a completed todo"})
    void version2ChangesSevenDocumentsInsteadOfFifteen(String name) {
        assertThat(countDocuments(1, name)).isEqualTo(15);
        assertThat(countDocuments(2, name)).isEqualTo(7);
    }

    private static int countDocuments(int version, String name) {
        Sums sums = new Sums();
        StudyContribution.ofVersion(version).orElseThrow().add(sums, Objects.requireNonNull(STATES.get(name)), 1);
        Map<String, Map<String, Long>> documents = new HashMap<>();
        sums.forEach((key, amounts) -> documents.put(key.id(), amounts));
        return documents.size();
    }

    private static Map<String, Map<String, Long>> documents(JsonNode golden) {
        Map<String, Map<String, Long>> documents = new HashMap<>();
        golden.properties().forEach(document -> {
            Map<String, Long> amounts = new HashMap<>();
            document.getValue()
                    .properties()
                    .forEach(amount ->
                            amounts.put(amount.getKey(), amount.getValue().asLong()));
            documents.put(document.getKey(), amounts);
        });
        return documents;
    }

    private static JsonNode golden(String name) throws Exception {
        try (InputStream file = ContributionGoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(file, name));
        }
    }

    private static TodoState todo(boolean completed) {
        return new TodoState(
                "t1",
                "u1",
                "Read",
                SUBJECT,
                Difficulty.HARD,
                10,
                7,
                completed,
                completed ? AT : null,
                completed ? ON : null,
                null,
                1,
                AT,
                AT);
    }
}
