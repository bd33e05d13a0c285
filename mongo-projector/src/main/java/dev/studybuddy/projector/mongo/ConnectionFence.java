package dev.studybuddy.projector.mongo;

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
 * A connection fence records which connections were opened before a position was read. It stops a command that depends
 * on the position before the command is sent over a later connection. A connection that was ready before the position
 * was read, and is still ready, proves that its server has not restarted since then.
 *
 * <p>The driver calls {@link #commandStarted} on the calling thread after it has chosen the connection and before it
 * sends anything. It ignores exceptions of listeners, but not errors. Therefore {@link LaterConnectionError} is an
 * error. A test against a restarted server checks this behaviour of the driver.
 */
final class ConnectionFence implements ConnectionPoolListener, CommandListener {

    private static final long UNBOUND = Long.MAX_VALUE;

    private final AtomicLong clock = new AtomicLong();
    private final Map<ConnectionId, Long> readySince = new ConcurrentHashMap<>();
    private final ThreadLocal<Long> bound = ThreadLocal.withInitial(() -> UNBOUND);

    /** Returns the present point in this client's logical time. Later points are greater. */
    long now() {
        return clock.get();
    }

    /** Restricts this thread's commands to connections that were ready at a point, until {@link #unbind} is called. */
    void bind(long point) {
        bound.set(point);
    }

    /** Removes the restriction of this thread's commands. */
    void unbind() {
        bound.remove();
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
        long limit = bound.get();
        if (limit == UNBOUND) {
            return;
        }
        Long since = readySince.get(event.getConnectionDescription().getConnectionId());
        if (since == null || since > limit) {
            throw new LaterConnectionError();
        }
    }

    /** This error passes through the driver. It never leaves this package. */
    static final class LaterConnectionError extends Error {

        private static final long serialVersionUID = 1;

        LaterConnectionError() {
            super("the connection was opened after the position was read", null, false, false);
        }
    }
}
