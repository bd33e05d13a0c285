package dev.studybuddy.api.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.WakeUp;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Sends live publishers wake-ups by UDP for the shards with new rows. Delivery is best effort, and the thread of a
 * request never sends.
 */
@Component
final class WakeUpSender {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUpSender.class);
    private static final long ADDRESS_CACHE_NANOS = 1_000_000_000L;

    private static final String LIVE_ADDRESSES = """
            SELECT address FROM outbox_publisher
            WHERE address IS NOT NULL AND seen_at > now() - INTERVAL '5 seconds'
            """;

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    private final AtomicLong pendingShardBits = new AtomicLong();
    private final Thread sender = new Thread(this::run, "publisher-wake-ups");

    private volatile boolean stopped;
    private List<SocketAddress> addresses = List.of();
    private long readAtNanos;

    WakeUpSender(JdbcTemplate jdbc, MonotonicClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.readAtNanos = clock.nanos() - ADDRESS_CACHE_NANOS;
    }

    @EventListener(ContextRefreshedEvent.class)
    void start() {
        if (sender.getState() == Thread.State.NEW) {
            sender.setDaemon(true);
            sender.start();
        }
    }

    @PreDestroy
    void stop() {
        stopped = true;
        LockSupport.unpark(sender);
    }

    /** Adds the shards to the next wake-up and returns at once; the sender thread sends the datagrams. */
    void enqueue(WakeUp wakeUp) {
        pendingShardBits.accumulateAndGet(wakeUp.shardBits(), (left, right) -> left | right);
        LockSupport.unpark(sender);
    }

    private void run() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            while (!stopped) {
                long shardBits = pendingShardBits.getAndSet(0);
                if (shardBits == 0) {
                    LockSupport.park(this);
                } else {
                    send(channel, new WakeUp(shardBits));
                }
            }
        } catch (IOException thrown) {
            LOG.error(
                    "This service could not open the socket for wake-ups; publishers find its new events only by"
                            + " polling, which delays the events",
                    thrown);
        }
    }

    private void send(DatagramChannel channel, WakeUp wakeUp) {
        byte[] datagram = wakeUp.encode();
        for (SocketAddress address : addresses()) {
            try {
                channel.send(ByteBuffer.wrap(datagram), address);
            } catch (IOException | RuntimeException thrown) {
                LOG.atDebug()
                        .addKeyValue("address", address)
                        .setCause(thrown)
                        .log("This service could not send a wake-up; the publisher finds the new events by its next"
                                + " poll");
            }
        }
    }

    private List<SocketAddress> addresses() {
        long nowNanos = clock.nanos();
        if (nowNanos - readAtNanos >= ADDRESS_CACHE_NANOS) {
            readAtNanos = nowNanos;
            try {
                addresses = parse(jdbc.query(LIVE_ADDRESSES, (row, number) -> row.getString("address")));
            } catch (DataAccessException thrown) {
                LOG.debug(
                        "This service could not read the publishers' addresses; it uses the ones that it read last",
                        thrown);
            }
        }
        return addresses;
    }

    private static List<SocketAddress> parse(List<String> texts) {
        List<SocketAddress> parsed = new ArrayList<>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            try {
                parsed.add(new InetSocketAddress(
                        text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1))));
            } catch (IllegalArgumentException thrown) {
                LOG.atDebug()
                        .addKeyValue("address", text)
                        .setCause(thrown)
                        .log("A publisher's address is not of the form host:port; this publisher gets no wake-ups");
            }
        }
        return List.copyOf(parsed);
    }
}
