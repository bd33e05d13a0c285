package dev.studybuddy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Finds ports on which no process listens, and returns each port only once. */
public final class FreePorts {

    private static final Set<Integer> RETURNED = new HashSet<>();

    private FreePorts() {}

    /** Returns a port that is free now and that no earlier call in this JVM returned. */
    public static synchronized int one() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (RETURNED.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("No port is free", e);
            }
        }
    }
}
