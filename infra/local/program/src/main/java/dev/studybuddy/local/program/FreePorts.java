package dev.studybuddy.local.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports on which no process listens, and returns each port only once.
 *
 * <p>The ports are random and lie below the ranges from which operating systems take the ports of outgoing connections.
 * Therefore no connection takes a returned port before the caller listens on it, and two processes that search at the
 * same time rarely get the same port.
 */
public final class FreePorts {

    /** The default ports of the local stack and its servers lie outside this range. */
    private static final int FIRST = 10_500;

    private static final int END = 26_000;
    private static final int MAX_ATTEMPTS = 1_000;
    private static final Set<Integer> RETURNED = new HashSet<>();

    private FreePorts() {}

    /**
     * Returns a port that is free now and that no earlier call in this JVM returned.
     *
     * @throws IllegalStateException if no attempt finds a free port
     */
    public static synchronized int find() {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (!RETURNED.contains(port) && isFree(port)) {
                RETURNED.add(port);
                return port;
            }
        }
        throw new IllegalStateException("No port from " + FIRST + " to " + END + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
