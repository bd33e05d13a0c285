package dev.studybuddy.bench.relays.outbox;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One event as a generator writes it.
 *
 * @param number its place in the workload
 * @param key the aggregate's id
 * @param version the aggregate's version
 * @param atMicros when it was offered, microseconds since 1970; 0 where that doesn't matter
 */
public record Event(long number, String key, long version, long atMicros) {

    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int LOW_BITS = 15;

    /** The payload as JSON text. */
    public String json() {
        return "{\"n\": " + number + ", \"at\": " + atMicros + ", \"key\": \"" + key + "\", \"version\": " + version
                + ", \"kind\": \"benchmark\", \"subject\": \"mathematics\", \"pad\": \"" + pad(number) + "\"}";
    }

    private static String pad(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        char[] pad = new char[Workload.PAD_LENGTH];
        for (int n = 0; n < pad.length; n++) {
            pad[n] = HEX[random.nextInt() & LOW_BITS];
        }
        return new String(pad);
    }
}
