package dev.studybuddy.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void aFieldIsReadInAnyOrderAndWithAnyBlanks() {
        String json = "{\"n\": 7, \"at\": 1700000000000000, \"key\": \"d-3\",\"version\":12}";

        assertThat(Json.number(json, "n")).isEqualTo(7);
        assertThat(Json.number(json, "at")).isEqualTo(1_700_000_000_000_000L);
        assertThat(Json.text(json, "key")).isEqualTo("d-3");
        assertThat(Json.number(json, "version")).isEqualTo(12);
        assertThat(Json.number("{\"version\":12,\"key\":\"a\"}", "version")).isEqualTo(12);
    }
}
