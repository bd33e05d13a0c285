package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MirrorDifferenceClassifierTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void anEqualRowAndMirrorDoNotDiffer() {
        assertThat(MirrorDifferenceClassifier.classify(AggregateType.USER, user("Anna", 3), mirror("Anna", 3)))
                .isEmpty();
        assertThat(MirrorDifferenceClassifier.classify(AggregateType.USER, null, null))
                .isEmpty();
    }

    @Test
    void aDeletedMirrorWithoutARowIsNoDrift() {
        assertThat(MirrorDifferenceClassifier.classify(AggregateType.USER, null, new Mirror("1", 4, true, "1", null)))
                .isEmpty();
    }

    @Test
    void eachDifferenceHasItsKind() {
        assertThat(kind(user("Anna", 3), null)).isEqualTo(MirrorDifference.Kind.MISSING);
        assertThat(kind(user("Anna", 3), mirror("Anna", 2))).isEqualTo(MirrorDifference.Kind.STALE);
        assertThat(kind(null, mirror("Anna", 3))).isEqualTo(MirrorDifference.Kind.EXTRA);
        assertThat(kind(user("Anna", 3), mirror("Ben", 3))).isEqualTo(MirrorDifference.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), mirror("Anna", 4))).isEqualTo(MirrorDifference.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), new Mirror("1", 3, false, "1", null)))
                .isEqualTo(MirrorDifference.Kind.DIFFERENT);
        assertThat(kind(user("Anna", 3), new Mirror("1", 3, true, "1", null)))
                .isEqualTo(MirrorDifference.Kind.DIFFERENT);
    }

    private static MirrorDifference.Kind kind(UserState row, Mirror mirror) {
        return MirrorDifferenceClassifier.classify(AggregateType.USER, row, mirror)
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
