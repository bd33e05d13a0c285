package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortCursorTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final UUID ID = UUID.fromString("3f2504e0-4f89-41d3-9a0c-0305e82c3301");

    @Test
    void aCursorIsReadAsItWasWritten() {
        for (SortCursor cursor : new SortCursor[] {
            new SortCursor(SortCursor.NEWEST_FIRST, null, AT, ID),
            new SortCursor("scheduledFor", LocalDate.of(2026, 12, 1), AT, ID),
            new SortCursor("scheduledFor", null, AT, ID)
        }) {
            assertThat(SortCursor.parse(cursor.text())).contains(cursor);
        }
    }

    @Test
    void aCursorOfAnEarlierVersionOfTheServiceIsValid() {
        assertThat(SortCursor.parse(new PageCursor(AT, ID).text()))
                .contains(new SortCursor(SortCursor.NEWEST_FIRST, null, AT, ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "2026-11-23T10:00:00Z",
                "2026-11-23T10:00:00Z x",
                "2026-11-23T10:00:00Z 1-1-1-1-1",
                "+300000-01-01T00:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "-0001-01-01T00:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "a 2026-02-30 2026-11-23T10:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "a +12345-01-01 2026-11-23T10:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                "a b 2026-11-23T10:00:00Z 3f2504e0-4f89-41d3-9a0c-0305e82c3301 c"
            })
    void aCursorThatTheServiceDidNotIssueIsRejected(String text) {
        assertThat(SortCursor.parse(Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
    }
}
