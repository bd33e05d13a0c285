package dev.studybuddy.projector.readmodel;

import com.mongodb.connection.ConnectionId;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.ConnectionClosedEvent;
import com.mongodb.event.ConnectionPoolListener;
import com.mongodb.event.ConnectionReadyEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows which connections are older than a position, and stops a command of that position on a younger one before it is
 * sent. A connection that was ready before the position was read, and still is, proves that its server did not restart
 * in between.
 *
 * <p>The driver calls {@link #commandStarted} on the calling thread, with the connection in hand and nothing sent. It
 * swallows exceptions of listeners but not errors, hence the {@link YoungerConnectionError}; a test against a restarted
 * server holds this together.
 */
public final class ConnectionAges implements ConnectionPoolListener, CommandListener {

    private static final long UNBOUND = Long.MAX_VALUE;

    private final AtomicLong clock = new AtomicLong();
    private final Map<ConnectionId, Long> readySince = new ConcurrentHashMap<>();
    private final ThreadLocal<Long> oldest = ThreadLocal.withInitial(() -> UNBOUND);

    /** A point in this client's time; later points are greater. */
    long now() {
        return clock.get();
    }

    /** From here on this thread's commands go only over connections that were ready at that point. */
    void bind(long point) {
        oldest.set(point);
    }

    void unbind() {
        oldest.remove();
    }

    @Override
    public void connectionReady(ConnectionReadyEvent event) {
        readySince.put(event.getConnectionId(), clock.incrementAndGet());
    }

    @Override
    public void connectionClosed(ConnectionClosedEvent event) {
        readySince.remove(event.getConnectionId());
    }

    @Override
    public void commandStarted(CommandStartedEvent event) {
        long bound = oldest.get();
        if (bound == UNBOUND) {
            return;
        }
        Long since = readySince.get(event.getConnectionDescription().getConnectionId());
        if (since == null || since > bound) {
            throw new YoungerConnectionError();
        }
    }

    /** Thrown through the driver; never leaves this package. */
    static final class YoungerConnectionError extends Error {

        private static final long serialVersionUID = 1;

        YoungerConnectionError() {
            super("the connection is younger than the position", null, false, false);
        }
    }
}
