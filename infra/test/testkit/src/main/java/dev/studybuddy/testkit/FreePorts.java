package dev.studybuddy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds ports on which no process listens, and returns each port only once. JVMs that run tests at the same time receive
 * different ports, because the program of a port may be stopped for a while.
 */
public final class FreePorts {

    /** The build numbers the JVMs that run a module's tests at the same time with this system property. */
    private static final int JVM_NUMBER = Integer.getInteger("studybuddy.fork", 0);

    private static final int JVMS_MAX = 4;
    private static final Set<Integer> RETURNED = new HashSet<>();

    private FreePorts() {}

    /** Returns a port that is free now and that no earlier call in this JVM returned. */
    public static synchronized int one() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = socket.getLocalPort();
                if (isOfThisJvm(port) && RETURNED.add(port)) {
                    return port;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("No port is free", e);
            }
        }
    }

    /** Linux prefers odd ports here, so the rule ignores the lowest bit. */
    private static boolean isOfThisJvm(int port) {
        return port / 2 % JVMS_MAX == JVM_NUMBER % JVMS_MAX;
    }
}
