package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class EventTimeFormatTest {

    private static final long FIRST_SECOND =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int[] FRACTION_STEPS = {1_000_000_000, 1_000_000, 1_000, 1};

    private final EventTimeFormat format = new EventTimeFormat();

    @Test
    void anyTimeOfFourDigitYearsHasTheTextOfItsInstant() {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(7);
        for (int i = 0; i < 20_000; i++) {
            int step = FRACTION_STEPS[i % FRACTION_STEPS.length];
            long second = random.nextLong(FIRST_SECOND, LAST_SECOND);
            Instant time = Instant.ofEpochSecond(second, random.nextInt(0, 1_000_000_000) / step * (long) step);
            assertThat(text(time)).isEqualTo(time.toString());
        }
    }

    @Test
    void timesOfOneSecondKeepTheirOwnFractions() {
        assertThat(text(Instant.parse("2026-01-02T03:04:05.000006Z"))).isEqualTo("2026-01-02T03:04:05.000006Z");
        assertThat(text(Instant.parse("2026-01-02T03:04:05Z"))).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(text(Instant.parse("2026-01-02T03:04:05.120Z"))).isEqualTo("2026-01-02T03:04:05.120Z");
    }

    @Test
    void aTimeOutsideFourDigitYearsIsClamped() {
        assertThat(text(Instant.MIN)).isEqualTo("0000-01-01T00:00:00Z");
        assertThat(text(Instant.MAX)).isEqualTo("9999-12-31T23:59:59.999999Z");
    }

    private String text(Instant time) {
        return new String(format.format(time), StandardCharsets.US_ASCII);
    }
}
