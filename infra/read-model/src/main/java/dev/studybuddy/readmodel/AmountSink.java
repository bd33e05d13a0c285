package dev.studybuddy.readmodel;

/** Takes the amounts of contributions: {@link Sums} adds them up; who only wants to know whether they can be made, doesn't. */
@FunctionalInterface
public interface AmountSink {

    /**
     * Takes an amount; it may be negative, or zero, which changes nothing.
     *
     * @param path dotted, of a field of that document
     */
    void add(RollupKey key, String path, long amount);
}
