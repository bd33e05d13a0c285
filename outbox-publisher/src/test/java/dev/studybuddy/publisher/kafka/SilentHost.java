package dev.studybuddy.publisher.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Represents a host that is switched off: a request to connect gets no answer. The queue of the listener is full, so
 * the operating system discards each further request.
 */
final class SilentHost implements AutoCloseable {

    private static final int CONNECT_MILLIS = 500;
    private static final int MOST_CONNECTIONS = 100;

    private final ServerSocket listener;
    private final List<Socket> connections = new ArrayList<>();

    SilentHost() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        while (connects()) {
            if (connections.size() == MOST_CONNECTIONS) {
                throw new IOException("The queue of the listener does not become full");
            }
        }
    }

    /** Opens another connection, and returns false if it gets no answer. */
    private boolean connects() throws IOException {
        Socket connection = new Socket();
        connections.add(connection);
        try {
            connection.connect(listener.getLocalSocketAddress(), CONNECT_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    String address() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try (listener) {
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }
}
