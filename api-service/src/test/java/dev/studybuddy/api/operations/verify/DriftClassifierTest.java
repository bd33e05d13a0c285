package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DriftClassifierTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void anEqualRowAndMirrorDoNotDiffer() {
        assertThat(DriftClassifier.classify(AggregateType.USER, user("Anna", 3), mirror("Anna", 3)))
                .isEmpty();
        assertThat(DriftClassifier.classify(AggregateType.USER, null, null)).isEmpty();
    }

    @Test
    void aDeletedMirrorWithoutARowIsNoDrift() {
        assertThat(DriftClassifier.classify(AggregateType.USER, null, new Mirror("1", 4, true, "1", null)))
                .isEmpty();
    }

    @Test
    void eachDifferenceHasItsKind() {
        assertThat(kind(user("Anna", 3), null)).isEqualTo(Drift.Kind.MISSING);
        assertThat(kind(user("Anna", 3), mirror("Anna", 2))).isEqualTo(Drift.Kind.STALE);
        assertThat(kind(null, mirror("Anna", 3))).isEqualTo(Drift.Kind.EXTRA);
        assertThat(kind(user("Anna", 3), mirror("Ben", 3))).isEqualTo(Drift.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), mirror("Anna", 4))).isEqualTo(Drift.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), new Mirror("1", 3, false, "1", null))).isEqualTo(Drift.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), new Mirror("1", 3, true, "1", null))).isEqualTo(Drift.Kind.DIFFERENT);
    }

    private static Drift.Kind kind(UserState row, Mirror mirror) {
        return DriftClassifier.classify(AggregateType.USER, row, mirror)
                .orElseThrow()
                .kind();
    }

    private static UserState user(String name, long version) {
        return new UserState("1", name, null, null, "UTC", true, version, AT, AT);
    }

    private static Mirror mirror(String name, long version) {
        return new Mirror("1", version, false, "1", user(name, version));
    }
}
