package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.StuckRowTable.PendingPosition;
import dev.studybuddy.contract.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cursor is a position in the list of the stuck and dead-lettered events. The list has three parts: the events that
 * wait for their next attempt, the other pending events, and the dead-lettered events.
 *
 * @param waiting the position that the first part continues after; null if this part has ended
 * @param pending the position that the second part continues after; null if this part has ended
 * @param deadLettered the position that the last part continues after
 */
record StuckCursor(@Nullable Position waiting, @Nullable PendingPosition pending, Position deadLettered) {

    static final StuckCursor START = afterWaiting(Position.START);

    private static final String WAITING = "w";
    private static final String PENDING = "p";
    private static final String DEAD_LETTERED = "d";

    private static StuckCursor afterWaiting(Position position) {
        return new StuckCursor(position, PendingPosition.START, Position.START);
    }

    private static StuckCursor afterPending(PendingPosition position) {
        return new StuckCursor(null, position, Position.START);
    }

    private static StuckCursor afterDeadLettered(Position position) {
        return new StuckCursor(null, null, position);
    }

    /** Returns the position of a listed event. */
    static StuckCursor after(OutboxEvent row) {
        Position position = new Position(row.shard(), row.id());
        if (row.isDeadLettered()) {
            return afterDeadLettered(position);
        }
        return row.nextAttemptAt() == null
                ? afterPending(new PendingPosition(row.createdAt(), row.id()))
                : afterWaiting(position);
    }

    /** Parses a cursor. Returns {@link #START} for an absent or empty cursor, and nothing for an invalid one. */
    static Optional<StuckCursor> parse(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return Optional.of(START);
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", -1);
            return parts.length == 3 ? parse(parts[0], parts[1], UUID.fromString(parts[2])) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException invalid) {
            return Optional.empty();
        }
    }

    private static Optional<StuckCursor> parse(String part, String first, UUID id) {
        return switch (part) {
            case WAITING -> Optional.of(afterWaiting(new Position(Integer.parseInt(first), id)));
            case PENDING -> parseTime(first).map(at -> afterPending(new PendingPosition(at, id)));
            case DEAD_LETTERED -> Optional.of(afterDeadLettered(new Position(Integer.parseInt(first), id)));
            default -> Optional.empty();
        };
    }

    /** Parses a time; empty if it is outside the range of the databases, because a query with it would fail. */
    private static Optional<Instant> parseTime(String text) {
        return Optional.of(Instant.parse(text))
                .filter(at -> !at.isBefore(Instant.EPOCH) && at.isBefore(PageCursor.NEWEST.at()));
    }

    /** Returns the text that {@link #parse} reads. */
    String text() {
        String text;
        if (waiting != null) {
            text = text(WAITING, waiting);
        } else if (pending != null) {
            text = PENDING + ' ' + EventJson.text(pending.createdAt()) + ' ' + pending.id();
        } else {
            text = text(DEAD_LETTERED, deadLettered);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String part, Position position) {
        return part + ' ' + position.shard() + ' ' + position.id();
    }
}
