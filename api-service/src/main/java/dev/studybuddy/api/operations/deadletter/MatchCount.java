package dev.studybuddy.api.operations.deadletter;

/**
 * A match count states how many open dead letters the criteria of a job select.
 *
 * @param exact whether {@code deadLetters} is the exact number; otherwise it is a lower bound
 */
record MatchCount(long deadLetters, boolean exact) {

    /** Returns the sum of this count and that of another source, which is exact only if both counts are exact. */
    MatchCount plus(MatchCount other) {
        return new MatchCount(deadLetters + other.deadLetters, exact && other.exact);
    }
}
