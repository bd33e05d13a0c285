package dev.studybuddy.projector;

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A seeded check checks a property with many seeds. A failure names its seed and the smallest size with which that seed
 * fails; {@code -Dseed=<seed>} repeats only that seed.
 */
public final class SeededCheck {

    /** The system property of this name repeats one seed. */
    private static final String REPEATED_SEED = "seed";

    /** A property is a check that must hold for every seed and every size. */
    @FunctionalInterface
    public interface Property {

        /**
         * Checks the property once. Throws an exception or an error if it does not hold.
         *
         * @param seed the source of every random choice
         * @param size the bound of the generated input
         */
        void check(long seed, int size);
    }

    private SeededCheck() {}

    /**
     * Checks a property with new seeds, or with the one seed that {@code -Dseed} names.
     *
     * @param tries the number of seeds
     * @param maxSize the highest size; each seed determines its size from 1 to this one
     */
    public static void check(int tries, int maxSize, Property property) {
        String repeated = System.getProperty(REPEATED_SEED);
        check(repeated == null ? newSeeds(tries) : List.of(Long.valueOf(repeated)), maxSize, property);
    }

    static void check(List<Long> seeds, int maxSize, Property property) {
        for (long seed : seeds) {
            int size = 1 + new SplittableRandom(seed).nextInt(maxSize);
            Throwable failure = run(property, seed, size);
            if (failure != null) {
                throw shrink(property, seed, size, failure);
            }
        }
    }

    private static List<Long> newSeeds(int tries) {
        Random random = new Random();
        return LongStream.generate(random::nextLong).limit(tries).boxed().toList();
    }

    private static AssertionError shrink(Property property, long seed, int size, Throwable failure) {
        int smallest = size;
        Throwable smallestFailure = failure;
        for (int smaller = 1; smaller < smallest; smaller++) {
            Throwable thrown = run(property, seed, smaller);
            if (thrown != null) {
                smallest = smaller;
                smallestFailure = thrown;
            }
        }
        return new AssertionError(
                "seed " + seed + " fails with size " + smallest + " (repeat it with -D" + REPEATED_SEED + "=" + seed
                        + "): " + smallestFailure.getMessage(),
                smallestFailure);
    }

    private static Throwable run(Property property, long seed, int size) {
        try {
            property.check(seed, size);
            return null;
        } catch (RuntimeException | AssertionError failure) {
            return failure;
        }
    }
}
