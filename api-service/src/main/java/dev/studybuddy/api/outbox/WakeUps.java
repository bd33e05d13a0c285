package dev.studybuddy.api.outbox;

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

/** Tells live publishers by UDP which shards have something new; best effort, and never on a request's thread. */
@Component
final class WakeUps {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUps.class);
    private static final long ADDRESSES_LAST_NANOS = 1_000_000_000L;

    private static final String LIVE = """
            SELECT address FROM outbox_publisher
            WHERE address IS NOT NULL AND seen_at > now() - INTERVAL '5 seconds'
            """;

    private final JdbcTemplate jdbc;
    private final AtomicLong bits = new AtomicLong();
    private final Thread sender = new Thread(this::run, "publisher-wake-ups");

    private volatile boolean stopped;
    private List<SocketAddress> addresses = List.of();
    private long readAt = System.nanoTime() - ADDRESSES_LAST_NANOS;

    WakeUps(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
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

    /** Returns at once; the datagrams follow. */
    void request(WakeUp wakeUp) {
        bits.accumulateAndGet(wakeUp.shardBits(), (left, right) -> left | right);
        LockSupport.unpark(sender);
    }

    private void run() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            while (!stopped) {
                long due = bits.getAndSet(0);
                if (due == 0) {
                    LockSupport.park(this);
                } else {
                    send(channel, new WakeUp(due));
                }
            }
        } catch (IOException thrown) {
            LOG.error("No socket for wake-ups; publishers find events by polling, up to 0.5 s later", thrown);
        }
    }

    private void send(DatagramChannel channel, WakeUp wakeUp) {
        byte[] datagram = wakeUp.encode();
        for (SocketAddress address : addresses()) {
            try {
                channel.send(ByteBuffer.wrap(datagram), address);
            } catch (IOException | RuntimeException thrown) {
                LOG.debug("A wake-up for {} was not sent; the poll finds the events", address, thrown);
            }
        }
    }

    private List<SocketAddress> addresses() {
        long now = System.nanoTime();
        if (now - readAt >= ADDRESSES_LAST_NANOS) {
            readAt = now;
            try {
                addresses = parsed(jdbc.query(LIVE, (row, number) -> row.getString("address")));
            } catch (DataAccessException thrown) {
                LOG.debug("The publishers' addresses can't be read; the last known ones serve", thrown);
            }
        }
        return addresses;
    }

    private static List<SocketAddress> parsed(List<String> texts) {
        List<SocketAddress> parsed = new ArrayList<>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            try {
                parsed.add(new InetSocketAddress(
                        text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1))));
            } catch (IllegalArgumentException thrown) {
                LOG.debug("A publisher's address is no host:port: {}", text, thrown);
            }
        }
        return List.copyOf(parsed);
    }
}
