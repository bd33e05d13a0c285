package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.StuckRowTable.PendingPosition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StuckCursorTest {

    private static final UUID ID = UUID.fromString("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    private static final Instant CREATED = Instant.parse("2026-11-23T10:00:00.000001Z");
    private static final Position POSITION = new Position(5, ID);

    private static OutboxEvent row(@Nullable Instant nextAttemptAt, @Nullable Instant deadLetteredAt) {
        boolean processed = deadLetteredAt != null;
        return new OutboxEvent(
                5,
                "todo",
                "a",
                1,
                ID,
                "todo.created",
                "{}",
                "{}",
                CREATED,
                processed,
                processed ? CREATED : null,
                null,
                null,
                1,
                nextAttemptAt,
                null,
                deadLetteredAt,
                0);
    }

    private static StuckCursor reparsed(OutboxEvent row) {
        return StuckCursor.parse(StuckCursor.after(row).text()).orElseThrow();
    }

    @Test
    void aCursorContinuesInThePartOfItsEvent() {
        assertThat(reparsed(row(CREATED, null)))
                .isEqualTo(new StuckCursor(POSITION, PendingPosition.START, Position.START));
        assertThat(reparsed(row(null, null)))
                .isEqualTo(new StuckCursor(null, new PendingPosition(CREATED, ID), Position.START));
        assertThat(reparsed(row(null, CREATED))).isEqualTo(new StuckCursor(null, null, POSITION));
    }

    @Test
    void aRequestWithoutACursorBeginsAtTheFirstEvent() {
        assertThat(StuckCursor.parse(null)).contains(StuckCursor.START);
        assertThat(StuckCursor.parse("")).contains(StuckCursor.START);
        assertThat(StuckCursor.parse(StuckCursor.START.text())).contains(StuckCursor.START);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "w",
                "w 5",
                "w 5 3f2504e0",
                "w x 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "w 5 3f2504e0-4f89-41d3-9a0c-0305e82c3301 x",
                "x 5 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "d 99999999999 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "p today 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "p 1969-12-31T23:59:59Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "p +300000-01-01T00:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301"
            })
    void aCursorThatTheServiceCannotHaveIssuedIsInvalid(String text) {
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));

        assertThat(StuckCursor.parse(cursor)).isEmpty();
        assertThat(StuckCursor.parse(text)).isEmpty();
    }
}
