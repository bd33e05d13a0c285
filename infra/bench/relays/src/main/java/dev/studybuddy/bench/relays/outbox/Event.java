package dev.studybuddy.bench.relays.outbox;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * This record describes an event that a generator writes.
 *
 * @param number position in the workload
 * @param key id of the aggregate
 * @param version version of the aggregate
 * @param atMicros time at which the event was offered, in microseconds since 1970; 0 if its lag is not measured
 */
public record Event(long number, String key, long version, long atMicros) {

    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int LOW_BITS = 15;

    /** Returns the payload as JSON text. */
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
