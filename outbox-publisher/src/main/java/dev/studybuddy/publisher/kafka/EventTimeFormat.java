package dev.studybuddy.publisher.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Formats the creation times of events as {@link Instant#toString} does, in ASCII bytes. Rows that are read together
 * were mostly created in the same second, so the text of the last second is kept.
 */
final class EventTimeFormat {

    private static final Instant EARLIEST_TIME = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    /** Several threads may use an instance. Each of them replaces the whole value. */
    private volatile Second last = Second.of(0);

    /**
     * Holds the text of a second.
     *
     * @param text the time without a fraction, which ends with Z
     */
    // No code compares two seconds.
    @SuppressWarnings("ArrayRecordComponent")
    private record Second(long epochSecond, byte[] text) {

        static Second of(long epochSecond) {
            String text = Instant.ofEpochSecond(epochSecond).toString();
            return new Second(epochSecond, text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * Returns the time in the format of RFC 3339, whose years have four digits. A time outside these years is clamped.
     */
    byte[] format(Instant time) {
        if (time.isBefore(EARLIEST_TIME)) {
            return format(EARLIEST_TIME);
        }
        if (time.isAfter(LATEST_TIME)) {
            return format(LATEST_TIME);
        }
        Second second = last;
        if (second.epochSecond() != time.getEpochSecond()) {
            second = Second.of(time.getEpochSecond());
            last = second;
        }
        return time.getNano() == 0 ? second.text().clone() : withFraction(second.text(), time.getNano());
    }

    /** Replaces the Z at the end of a text by a fraction of three, six or nine digits and a Z. */
    private static byte[] withFraction(byte[] second, int nano) {
        int digits = nano % NANOS_PER_MILLI == 0 ? 3 : nano % NANOS_PER_MICRO == 0 ? 6 : 9;
        int fraction = digits == 3 ? nano / NANOS_PER_MILLI : digits == 6 ? nano / NANOS_PER_MICRO : nano;
        byte[] text = Arrays.copyOf(second, second.length + 1 + digits);
        text[second.length - 1] = '.';
        for (int i = text.length - 2; i >= second.length; i--) {
            text[i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
        }
        text[text.length - 1] = 'Z';
        return text;
    }
}
