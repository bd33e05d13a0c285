package dev.studybuddy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A proxy forwards TCP connections to a server. It can delay each answer of the server, as a slow or distant server
 * would, and it can lose the answers to chosen requests. Several threads may use it.
 */
public final class DelayProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final String host;
    private final int port;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private volatile List<String> lostAfter = List.of();

    private DelayProxy(String host, int port, ServerSocket listener) {
        this.host = host;
        this.port = port;
        this.listener = listener;
    }

    /** Starts a proxy on a free local port, without a delay. */
    public static DelayProxy start(String host, int port) {
        try {
            DelayProxy proxy = new DelayProxy(host, port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the port on which the proxy accepts connections. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Sets the delay of each later answer. */
    public void delay(Duration answerDelay) {
        delay = answerDelay;
    }

    /**
     * Loses each answer on a connection whose client has sent all these texts in this order since the call of this
     * method. The server receives the requests. Without texts, the proxy loses no answer on further requests.
     */
    public void loseAnswersAfter(String... texts) {
        lostAfter = List.of(texts);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(host, port);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            AtomicBoolean lost = new AtomicBoolean();
            Thread.ofVirtual().start(() -> forwardRequests(client, server, lost));
            forwardAnswers(server, client, lost);
        } catch (IOException unreachable) {
            end(client);
        }
    }

    private void forwardRequests(Socket client, Socket server, AtomicBoolean lost) {
        TextSequence sequence = new TextSequence();
        forward(client, server, bytes -> {
            lost.set(sequence.isComplete(lostAfter, new String(bytes, StandardCharsets.ISO_8859_1)));
            return true;
        });
    }

    private void forwardAnswers(Socket server, Socket client, AtomicBoolean lost) {
        forward(server, client, bytes -> {
            if (!delay.isZero()) {
                LockSupport.parkNanos(delay.toNanos());
            }
            return !lost.get();
        });
    }

    /** Forwards the bytes that pass, in the parts in which they arrive. */
    private void forward(Socket from, Socket to, Predicate<byte[]> passes) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (passes.test(Arrays.copyOf(buffer, read))) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException ended) {
            // The other direction of the connection ends too.
            end(from);
        } finally {
            end(from);
            end(to);
        }
    }

    /** Finds texts in the requests of one connection, in the order of the texts. */
    private static final class TextSequence {
        private List<String> texts = List.of();
        private int found;

        /** Returns whether this part of the requests, or earlier ones since the texts changed, contain all texts. */
        boolean isComplete(List<String> searched, String part) {
            if (!searched.equals(texts)) {
                texts = searched;
                found = 0;
            }
            while (found < texts.size() && part.contains(texts.get(found))) {
                found++;
            }
            return !texts.isEmpty() && found == texts.size();
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends all connections and accepts no further ones. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        sockets.forEach(this::end);
    }
}
