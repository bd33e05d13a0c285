package dev.studybuddy.bench.relays;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.bench.relays.outbox.Event;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void aFieldIsReadInAnyOrderAndWithAnyBlanks() {
        String json = new Event(7, "d-3", 2, 1_700_000_000_000_000L).json();

        assertThat(Json.number(json, "n")).isEqualTo(7);
        assertThat(Json.number(json, "at")).isEqualTo(1_700_000_000_000_000L);
        assertThat(Json.text(json, "key")).isEqualTo("d-3");
        assertThat(Json.number("{\"key\":\"a\",\"version\":12}", "version")).isEqualTo(12);
    }

    @Test
    void anEventIsAboutFourHundredBytesLong() {
        assertThat(new Event(123_456, "d-23456", 3, 1_700_000_000_000_000L)
                        .json()
                        .length())
                .isBetween(380, 420);
    }
}
