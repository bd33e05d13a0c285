package dev.studybuddy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantParserTest {

    private static final long FROM = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long TO = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    @Test
    void theExactFormIsReadAsByTheGeneralParser() {
        Random random = new Random(1);
        for (int n = 0; n < 10_000; n++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(FROM, TO), random.nextLong(1_000_000_000))
                    .truncatedTo(ChronoUnit.MICROS);
            String text = EventJson.text(instant);

            assertThat(InstantParser.parseExact(text)).isEqualTo(instant).isEqualTo(Instant.parse(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T23:59:59.999999Z",
                "2026-11-25T10:00:00Z",
                "2026-11-25T10:00:00.123Z",
                "2026-11-25T10:00:00.123456789Z",
                "2026-11-25T10:00:00.123456+02:00",
                "2026-11-25T24:00:00.000000Z",
                "2016-12-31T23:59:60.000000Z",
                "+12026-11-25T10:00:00.0000Z",
                "-0001-11-25T10:00:00.00000Z"
            })
    void anotherFormIsReadAsByTheGeneralParser(String text) {
        assertThat(EventJson.instant(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-02-29T10:00:00.000000Z",
                "2026-13-01T10:00:00.000000Z",
                "2026-00-01T10:00:00.000000Z",
                "2026-11-25T25:00:00.000000Z",
                "2026-11-25T10:60:00.000000Z",
                "2026-11-25T10:00:61.000000Z",
                "2026-11-25 10:00:00.000000Z",
                "2026-11-25T10:00:00.00000٣Z"
            })
    void aTextThatIsNoInstantIsRejected(String text) {
        assertThat(InstantParser.parseExact(text)).isNull();
        assertThatThrownBy(() -> EventJson.instant(text)).isInstanceOf(DateTimeParseException.class);
    }
}
