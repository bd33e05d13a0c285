package dev.studybuddy.bench.relays;

import dev.studybuddy.outbox.WakeUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a wake-up datagram to every publisher, as a writer does after its commit. A sender without addresses sends
 * nothing.
 */
final class WakeUpSender implements AutoCloseable {

    private static final String ADDRESSES =
            "SELECT /* bench */ address FROM outbox_publisher WHERE address IS NOT NULL";

    private final DatagramChannel channel;
    private final List<SocketAddress> addresses;

    private WakeUpSender(List<SocketAddress> addresses) {
        this.addresses = addresses;
        try {
            this.channel = DatagramChannel.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a sender without addresses. */
    static WakeUpSender none() {
        return new WakeUpSender(List.of());
    }

    /** Creates a sender to the publishers in the heartbeat table. */
    static WakeUpSender toPublishers(Connection connection) throws SQLException {
        List<SocketAddress> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ADDRESSES)) {
            while (rows.next()) {
                String address = rows.getString(1);
                int colon = address.lastIndexOf(':');
                found.add(new InetSocketAddress(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no publisher has registered an address for wake-ups");
        }
        return new WakeUpSender(List.copyOf(found));
    }

    void send(WakeUp wakeUp) {
        byte[] bytes = wakeUp.encode();
        for (SocketAddress address : addresses) {
            try {
                channel.send(ByteBuffer.wrap(bytes), address);
            } catch (IOException e) {
                throw new UncheckedIOException("the benchmark cannot send a wake-up to " + address, e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
