package dev.studybuddy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeZonesTest {

    @Test
    void aZoneOfThisJvmIsFound() {
        assertThat(TimeZones.findOrUtc("Europe/Berlin")).isEqualTo(ZoneId.of("Europe/Berlin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Base", "", " ", "+99:00", "\0", "Europe/"})
    void aNameWithoutAZoneIsReadAsUtc(String name) {
        assertThat(TimeZones.findOrUtc(name)).isEqualTo(ZoneOffset.UTC);
    }
}
