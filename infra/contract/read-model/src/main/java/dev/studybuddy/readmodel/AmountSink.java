package dev.studybuddy.readmodel;

/**
 * An amount sink receives the amounts of contributions. {@link Sums} adds them up; a caller that only checks whether
 * the contributions can be computed discards them.
 */
@FunctionalInterface
public interface AmountSink {

    /**
     * Receives an amount for a field of a rollup document. The amount may be negative. An amount of zero changes
     * nothing.
     *
     * @param path the dotted path of the field in the document
     */
    void add(RollupKey key, String path, long amount);
}
