package dev.studybuddy.bench.relays.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.bench.harness.Json;
import org.junit.jupiter.api.Test;

class EventTest {

    @Test
    void thePayloadCarriesNumberTimeKeyAndVersion() {
        String json = new Event(7, "d-3", 2, 1_700_000_000_000_000L).json();

        assertThat(Json.number(json, "n")).isEqualTo(7);
        assertThat(Json.number(json, "at")).isEqualTo(1_700_000_000_000_000L);
        assertThat(Json.text(json, "key")).isEqualTo("d-3");
        assertThat(Json.number(json, "version")).isEqualTo(2);
    }

    @Test
    void aPayloadHasAboutFourHundredBytes() {
        assertThat(new Event(123_456, "d-23456", 3, 1_700_000_000_000_000L)
                        .json()
                        .length())
                .isBetween(380, 420);
    }
}
