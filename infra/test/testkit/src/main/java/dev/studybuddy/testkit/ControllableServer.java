package dev.studybuddy.testkit;

/**
 * A controllable server belongs to one test, which may stop, kill and freeze it. The server keeps its address and its
 * data through every stop, kill and start. Only one thread at a time may use it.
 */
public interface ControllableServer extends AutoCloseable {

    /** Returns the address for clients: the JDBC URL, the bootstrap servers, or the MongoDB URI. */
    String url();

    /** Kills all processes of the server, as {@code kill -9} does, and waits until they have ended. */
    void kill();

    /** Stops the server gracefully, and waits until it has ended. */
    void stop();

    /**
     * Starts the server again on its data, and waits until it answers.
     *
     * @throws IllegalStateException if the server does not answer in time
     */
    void start();

    /**
     * Copies the present data of the server, which must have ended.
     *
     * @throws IllegalStateException if the server runs
     * @throws UnsupportedOperationException if the data are not accessible, as in a container
     */
    void copyData();

    /**
     * Replaces the data of the server, which must have ended, with the last copy.
     *
     * @throws IllegalStateException if the server runs, or if no copy exists
     * @throws UnsupportedOperationException if the data are not accessible, as in a container
     */
    void restoreData();

    /** Freezes the server: connections stay open and receive no answer. */
    void freeze();

    /** Ends a {@link #freeze()}. */
    void unfreeze();

    /** Ends the server permanently and removes its data. */
    @Override
    void close();
}
