package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.outbox.PageRequest;
import dev.studybuddy.publisher.outbox.Timestamps;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the slice of time that one statement of a sweep or of a backlog reads. The index holds dead entries of
 * processed rows, which a statement must scan although it returns no row for them. A statement that times out makes no
 * progress, so the next one reads a shorter slice, and a quick one is followed by a longer slice. All shards share the
 * length, because their indexes are similar.
 *
 * <pre>
 * whole index ──timeout──▶ slice from the start to the horizon, then further slices; the last one has no end
 * slice: timeout ⇒ half the length; quick ⇒ twice the length;
 *        never more than half of the time that remains, or a minute if that is longer
 * first slice: timeout ⇒ it ends twice as long before the present time
 * </pre>
 */
final class SliceLength {

    private static final Duration FIRST_LENGTH = Duration.ofHours(1);
    private static final Duration FIRST_HORIZON = Duration.ofDays(30);
    private static final Duration MIN_LENGTH = Duration.ofMillis(10);
    private static final Duration MAX_LENGTH = Duration.ofDays(100_000);
    /** The slice that ends the sweep begins at most this long before the database's present time. */
    private static final Duration TAIL = Duration.ofMinutes(1);
    /** A statement is quick if it takes at most this part of the timeout: an eighth. */
    private static final int QUICK_PART = 8;

    private final long quickNanos;
    /** This is the length of the next slice, or null while a statement reads everything that is left. */
    private @Nullable Duration length;
    /** The first slice ends this long before the database's present time. */
    private Duration horizon = FIRST_HORIZON;

    SliceLength(Duration timeout) {
        this.quickNanos = timeout.dividedBy(QUICK_PART).toNanos();
    }

    /** Returns the end of the slice that begins at a position, or null if the slice has no end. */
    @Nullable
    Instant endAfter(IndexPosition from, @Nullable Instant databaseNow) {
        Duration wanted = length;
        if (wanted == null || databaseNow == null) {
            return null;
        }
        if (isAtStart(from)) {
            return databaseNow.minus(horizon);
        }
        Duration remaining = Duration.between(from.createdAt(), databaseNow);
        Duration step = min(wanted, max(remaining.dividedBy(2), TAIL));
        return step.compareTo(remaining) >= 0 ? null : from.createdAt().plus(step);
    }

    /** Records the duration of a statement that did not time out. */
    void recordRead(long tookNanos) {
        Duration current = length;
        if (current != null && tookNanos <= quickNanos) {
            length = min(current.multipliedBy(2), MAX_LENGTH);
        }
    }

    /** Records that the statement of this request timed out. */
    void recordTimeout(PageRequest request, @Nullable Instant databaseNow) {
        Duration current = length;
        if (current == null || databaseNow == null) {
            length = FIRST_LENGTH;
        } else if (isAtStart(request.after())) {
            horizon = min(horizon.multipliedBy(2), MAX_LENGTH);
        } else {
            Instant end = request.upTo() == null ? databaseNow : request.upTo();
            Duration slice = Duration.between(request.after().createdAt(), end);
            length = max(min(current, slice).dividedBy(2), MIN_LENGTH);
        }
    }

    /**
     * Returns whether no finite creation time is before a position. Slices from the first instant of Java would need
     * millions of statements until they reach the first row.
     */
    private static boolean isAtStart(IndexPosition position) {
        return position.createdAt().isBefore(Timestamps.EARLIEST);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
