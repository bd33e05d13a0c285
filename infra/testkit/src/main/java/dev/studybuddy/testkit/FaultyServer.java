package dev.studybuddy.testkit;

/**
 * A server of a test's own, to be hurt: it keeps its address and its data through every stop, kill and start. Not for use
 * by several threads at once.
 */
public interface FaultyServer extends AutoCloseable {

    /** How a client reaches it: the JDBC URL, the bootstrap servers, or the MongoDB URI. */
    String url();

    /** Kills it as {@code kill -9} does, with all its processes; returns when they are gone. */
    void kill();

    /** Asks it to end, and waits until it did. */
    void stop();

    /** Starts it again on its data; returns when it answers. */
    void start();

    /**
     * Copies its data as they are now. It must have ended.
     *
     * @throws UnsupportedOperationException where its data are out of reach
     */
    void keepData();

    /** Puts the data that were kept last in the place of what is there. It must have ended. */
    void putBackData();

    /** Freezes it: connections stay open and get no answer. */
    void pause();

    /** Goes on after {@link #pause()}. */
    void resume();

    /** Ends it for good and removes its data. */
    @Override
    void close();
}
