package dev.studybuddy.api.operations.backup;

import dev.studybuddy.contract.AggregateType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cursor is the position in the order (type, id) at which the next page of a job that emits snapshots begins.
 *
 * @param after the id that the next page follows; null for the first page of the type
 */
record SnapshotCursor(AggregateType type, @Nullable UUID after) {

    static final String END = "end";

    /**
     * Returns the position that the cursor of a job describes: the first one if the job has no cursor, and null if the
     * job has read all aggregates.
     */
    static @Nullable SnapshotCursor parse(@Nullable String cursor) {
        if (cursor == null) {
            return new SnapshotCursor(AggregateType.USER, null);
        }
        if (cursor.equals(END)) {
            return null;
        }
        int colon = cursor.indexOf(':');
        AggregateType type = AggregateType.ofCode(cursor.substring(0, colon)).orElseThrow();
        String after = cursor.substring(colon + 1);
        return new SnapshotCursor(type, after.isEmpty() ? null : UUID.fromString(after));
    }

    String text() {
        return type.code() + ':' + (after == null ? "" : after);
    }

    /** Returns the position before the first aggregate of the next type; null after the last type. */
    @Nullable
    SnapshotCursor nextType() {
        return switch (type) {
            case USER -> new SnapshotCursor(AggregateType.TODO, null);
            case TODO -> new SnapshotCursor(AggregateType.SESSION, null);
            case SESSION -> null;
        };
    }
}
