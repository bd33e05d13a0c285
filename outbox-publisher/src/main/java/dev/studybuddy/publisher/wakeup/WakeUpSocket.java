package dev.studybuddy.publisher.wakeup;

import dev.studybuddy.outbox.WakeUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket that wakes this instance, and from which it wakes successors. */
public final class WakeUpSocket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WakeUpSocket.class);

    private final DatagramSocket socket;
    private final String host;

    /**
     * Binds a free port of the address.
     *
     * @param host the address, as others reach it
     */
    public WakeUpSocket(String host) {
        this.host = host;
        try {
            this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), 0));
        } catch (IOException e) {
            throw new UncheckedIOException("publisher.wake-up-address = " + host + " can't be bound", e);
        }
    }

    /** What the heartbeat tells: {@code host:port}. */
    public String address() {
        return host + ":" + socket.getLocalPort();
    }

    /** Takes a datagram: which shards it names, and from which port it came. */
    @FunctionalInterface
    public interface Listener {
        void woken(long shardBits, int sourcePort);
    }

    /** Receives one datagram and gives its shards to the listener; ends with the socket. */
    public long receive(Listener listener) {
        byte[] bytes = new byte[WakeUp.LENGTH + 1];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        try {
            socket.receive(packet);
        } catch (IOException e) {
            if (socket.isClosed()) {
                return Long.MAX_VALUE;
            }
            throw new UncheckedIOException(e);
        }
        WakeUp.decode(bytes, packet.getLength())
                .ifPresent(wakeUp -> listener.woken(wakeUp.shardBits(), packet.getPort()));
        return 0;
    }

    /** Wakes another instance for these shards; a failure costs it a heartbeat. */
    public void send(String address, List<Integer> shards) {
        int colon = address.lastIndexOf(':');
        byte[] bytes = shards.stream()
                .map(WakeUp::of)
                .reduce(new WakeUp(0), WakeUp::and)
                .encode();
        try {
            socket.send(new DatagramPacket(
                    bytes,
                    bytes.length,
                    new InetSocketAddress(
                            InetAddress.getByName(address.substring(0, Math.max(0, colon))),
                            Integer.parseInt(address.substring(colon + 1)))));
        } catch (IOException | IllegalArgumentException e) {
            log.atWarn().addKeyValue("address", address).setCause(e).log("Successor not woken; it looks by itself");
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
