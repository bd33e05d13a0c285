package dev.studybuddy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.000001Z");
    private static final AggregateKey KEY = new AggregateKey(AggregateType.SESSION, "s1");
    private static final SessionState SESSION = new SessionState(
            "s1", "u1", "a.b", SessionType.MANUAL, 25, TIME, LocalDate.of(2026, 11, 23), 1, TIME, TIME);

    @Test
    void aMirrorThatEqualsSqlHasNoFinding() {
        assertThat(MirrorComparison.of(Map.of(KEY, SESSION), Map.of(KEY, mirror())))
                .isEmpty();
    }

    @Test
    void aMirrorWithADifferentFieldIsFound() {
        assertThat(MirrorComparison.of(Map.of(KEY, SESSION), Map.of(KEY, mirror().append("minutes", 26))))
                .hasSize(1);
    }

    @Test
    void aMissingAndAnExtraMirrorAreFound() {
        assertThat(MirrorComparison.of(Map.of(KEY, SESSION), Map.of())).hasSize(1);
        assertThat(MirrorComparison.of(Map.of(), Map.of(KEY, mirror()))).hasSize(1);
    }

    @Test
    void aMirrorThatIsLeftAfterADeletionIsFound() {
        AggregateState deletion = new DeletedState("s1", "u1", 2);

        assertThat(MirrorComparison.of(Map.of(KEY, deletion), Map.of(KEY, mirror())))
                .hasSize(1);
        assertThat(MirrorComparison.of(
                        Map.of(KEY, deletion),
                        Map.of(
                                KEY,
                                new Document("_id", "s1").append("version", 2L).append("deleted", true))))
                .isEmpty();
    }

    @Test
    void correctRollupsWithZerosHaveNoFinding() {
        Map<String, Document> rollups = rollups();
        rollups.get("all:u1").append("todosCompleted", 0L).append("w", new Document("t3", 7));
        rollups.put("2025:u1", new Document("_id", "2025:u1").append("points", 0));

        assertThat(RollupComparison.of(StudyContribution::add, List.of(SESSION), rollups))
                .isEmpty();
    }

    @Test
    void aWrongAMissingAndAnExtraSumAreFound() {
        Map<String, Document> rollups = rollups();
        rollups.get("all:u1").append("points", 50);
        rollups.remove("2026:u1");
        rollups.put("2025:u1", new Document("_id", "2025:u1").append("points", 1));

        assertThat(RollupComparison.of(StudyContribution::add, List.of(SESSION), rollups))
                .extracting(Finding::id)
                .containsExactlyInAnyOrder("all:u1", "2026:u1", "2025:u1");
    }

    @Test
    void aReadModelThatEqualsTheExpectedStatesHasNoFinding() {
        assertThat(compare(List.of(mirror()), rollups())).isEmpty();
    }

    @Test
    void eachDifferenceFromTheExpectedStatesIsFound() {
        assertThat(compare(List.of(), rollups())).extracting(Finding::id).containsExactly("session");
        assertThat(compare(List.of(mirror().append("minutes", 26)), rollups())).hasSize(1);
        assertThat(compare(List.of(mirror(), mirror().append("_id", "s2")), rollups()))
                .hasSize(1);

        Map<String, Document> rollups = rollups();
        rollups.get("all:u1").append("points", 50);
        rollups.get("2026-11-23:*").append("points", 50);
        rollups.remove("2026:u1");
        rollups.put(
                "2025:u1", new Document("_id", "2025:u1").append("userId", "u1").append("points", 1));
        assertThat(compare(List.of(mirror()), rollups))
                .extracting(Finding::id)
                .containsExactlyInAnyOrder("all:u1", "2026-11-23:*", "2025:u1", "all");
    }

    private static List<Finding> compare(List<Document> mirrors, Map<String, Document> rollups) {
        ExpectedStates states = new ExpectedStates() {
            @Override
            public @Nullable AggregateState find(AggregateKey key) {
                return key.equals(KEY) ? SESSION : null;
            }

            @Override
            public List<AggregateState> ofUser(String userId) {
                return userId.equals("u1") ? List.of(SESSION) : List.of();
            }

            @Override
            public Stream<String> userIds() {
                return Stream.of("u1");
            }
        };
        return ReadModelComparison.of(StudyContribution::add, states, AggregateType.SESSION, mirrors, rollups.values());
    }

    @Test
    void anAcknowledgedWriteThatSqlLacksIsFound() {
        AcknowledgedWrites acknowledged = new AcknowledgedWrites();
        acknowledged.add(new AcknowledgedWrite(KEY, 1, AcknowledgedWrite.Effect.CHANGED));
        assertThat(acknowledged.compareWith(Map.of(KEY, SESSION))).isEmpty();

        acknowledged.add(new AcknowledgedWrite(KEY, 2, AcknowledgedWrite.Effect.CHANGED));
        assertThat(acknowledged.compareWith(Map.of(KEY, SESSION))).hasSize(1);
        assertThat(acknowledged.compareWith(Map.of())).hasSize(2);
    }

    @Test
    void twoChangesOfOneVersionAreALostUpdate() {
        AcknowledgedWrites acknowledged = new AcknowledgedWrites();
        acknowledged.add(new AcknowledgedWrite(KEY, 1, AcknowledgedWrite.Effect.CHANGED));
        acknowledged.add(new AcknowledgedWrite(KEY, 1, AcknowledgedWrite.Effect.CHANGED));

        assertThat(acknowledged.compareWith(Map.of(KEY, SESSION))).hasSize(1);
    }

    private static Document mirror() {
        Document mirror = Document.parse(EventJson.write(SESSION));
        mirror.remove("id");
        return mirror.append("_id", "s1")
                .append("_originalId", "s1")
                .append("_source", "cockroachdb")
                .append("_syncedAt", TIME.toString())
                .append("offset", 0L);
    }

    private static Map<String, Document> rollups() {
        Sums sums = new Sums();
        StudyContribution.add(sums, SESSION, 1);
        Map<String, Document> rollups = new HashMap<>();
        sums.forEach((key, amounts) -> {
            Document rollup = new Document("_id", key.id())
                    .append("kind", key.kind())
                    .append("period", key.period())
                    .append("userId", key.userId());
            amounts.forEach((path, amount) -> put(rollup, path, amount));
            rollups.put(key.id(), rollup);
        });
        return rollups;
    }

    private static void put(Document document, String path, long amount) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            document.append(path, amount);
        } else {
            String name = path.substring(0, dot);
            Document inner = document.get(name, new Document());
            document.append(name, inner);
            put(inner, path.substring(dot + 1), amount);
        }
    }
}
