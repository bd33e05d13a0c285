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

/** Receives the wake-ups of this instance, and sends wake-ups to its successors. */
public final class WakeUpSocket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WakeUpSocket.class);

    private final DatagramSocket socket;
    private final String host;

    /**
     * Binds a free port of the address.
     *
     * @param host the address at which other processes reach this instance
     * @throws IllegalArgumentException if the host is a wildcard address, at which no other process reaches this
     *     instance
     * @throws UncheckedIOException if the host cannot be resolved or no port of it can be bound
     */
    public WakeUpSocket(String host) {
        this.host = host;
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                throw new IllegalArgumentException("publisher.wake-up-address = " + host
                        + " must be an address at which writers and other publishers reach this instance, not a"
                        + " wildcard address");
            }
            this.socket = new DatagramSocket(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new UncheckedIOException("publisher.wake-up-address = " + host + " cannot be bound", e);
        }
    }

    /** Returns the address that the heartbeat row publishes: {@code host:port}. */
    public String address() {
        return host + ":" + socket.getLocalPort();
    }

    /** Accepts a wake-up with its shards as bits and the address of its sender. */
    @FunctionalInterface
    public interface Listener {
        void onWakeUp(long shardBits, SenderAddress sender);
    }

    /**
     * Waits for one datagram and passes its shards to the listener. It returns the wait before the next call in
     * nanoseconds, which is 0 while the socket is open.
     *
     * @throws UncheckedIOException if the socket fails before it is closed
     */
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
                .ifPresent(wakeUp -> listener.onWakeUp(
                        wakeUp.shardBits(), new SenderAddress((InetSocketAddress) packet.getSocketAddress())));
        return 0;
    }

    /**
     * Sends a wake-up for these shards to another instance. If the send fails, that instance finds the shards at its
     * next heartbeat.
     */
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
            log.atWarn()
                    .addKeyValue("address", address)
                    .setCause(e)
                    .log("The wake-up could not be sent; the successor finds its shards at its next heartbeat");
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
