package dev.studybuddy.api.operations.verify;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Classifies the difference between a row and its mirror, without a check whether an event explains it. */
final class MirrorDifferenceClassifier {

    private MirrorDifferenceClassifier() {}

    /**
     * Returns the difference between a row and its mirror; empty if they agree.
     *
     * @param row the row; null if it does not exist, in which case the mirror identifies the aggregate
     * @param mirror the mirror; null if it does not exist
     */
    static Optional<MirrorDifference> classify(
            AggregateType type, @Nullable AggregateState row, @Nullable Mirror mirror) {
        if (row == null) {
            return mirror == null || mirror.deleted()
                    ? Optional.empty()
                    : Optional.of(new MirrorDifference(
                            MirrorDifference.Kind.EXTRA, type, mirror.id(), mirror.owner(), 0, mirror.version()));
        }
        if (mirror == null) {
            return difference(MirrorDifference.Kind.MISSING, type, row, 0);
        }
        if (mirror.version() < row.version()) {
            return difference(MirrorDifference.Kind.STALE, type, row, mirror.version());
        }
        return mirror.version() == row.version() && row.equals(mirror.state())
                ? Optional.empty()
                : difference(MirrorDifference.Kind.DIFFERENT, type, row, mirror.version());
    }

    private static Optional<MirrorDifference> difference(
            MirrorDifference.Kind kind, AggregateType type, AggregateState row, long mirrorVersion) {
        return Optional.of(new MirrorDifference(kind, type, row.id(), row.owner(), row.version(), mirrorVersion));
    }
}
