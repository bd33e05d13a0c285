package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.Event;
import dev.studybuddy.bench.relays.outbox.OutboxAdapter;
import dev.studybuddy.bench.relays.outbox.Workload;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.outbox.WakeUp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A generator writes events at an even rate, as an API would. At rates of at most 1 000 events per second, each event
 * has a transaction of its own; at higher rates, a transaction contains several events. If wake-ups are enabled, one
 * follows each commit.
 */
final class Generator {

    private static final int THREADS = 4;
    private static final int MAX_COMMITS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NANOS_PER_MICRO = 1000;

    private final String url;
    private final OutboxAdapter outbox;
    private final WakeUpSender wakeUps;

    Generator(String url, OutboxAdapter outbox, WakeUpSender wakeUps) {
        this.url = url;
        this.outbox = outbox;
        this.wakeUps = wakeUps;
    }

    /**
     * This record describes the load that was written.
     *
     * @param startMicros time at which the first event was due, in microseconds since 1970
     * @param seconds duration of the load
     * @param transactions number of commits
     */
    record OfferedLoad(long startMicros, double seconds, long transactions) {}

    OfferedLoad offer(Workload workload, int perSecond) throws InterruptedException, ExecutionException {
        int eventsPerCommit = Math.max(1, (perSecond + MAX_COMMITS_PER_SECOND - 1) / MAX_COMMITS_PER_SECOND);
        double gapNanos = NANOS_PER_SECOND * eventsPerCommit / perSecond;
        AtomicLong next = new AtomicLong();
        long startMicros = nowMicros();
        long startNanos = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                running.add(threads.submit(() -> {
                    write(workload, eventsPerCommit, gapNanos, startNanos, next);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        long transactions = (workload.events() + eventsPerCommit - 1L) / eventsPerCommit;
        return new OfferedLoad(startMicros, (System.nanoTime() - startNanos) / NANOS_PER_SECOND, transactions);
    }

    private void write(Workload workload, int eventsPerCommit, double gapNanos, long startNanos, AtomicLong next)
            throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "root", "");
                PreparedStatement insert = outbox.insert(connection)) {
            connection.setAutoCommit(eventsPerCommit == 1);
            for (long index = next.getAndIncrement();
                    index * eventsPerCommit < workload.events();
                    index = next.getAndIncrement()) {
                awaitNanos(startNanos + (long) (index * gapNanos));
                commit(connection, insert, workload, index * eventsPerCommit, eventsPerCommit);
            }
        }
    }

    private void commit(
            Connection connection, PreparedStatement insert, Workload workload, long first, int eventsPerCommit)
            throws SQLException {
        WakeUp wakeUp = new WakeUp(0);
        long at = nowMicros();
        for (long n = first; n < Math.min(first + eventsPerCommit, workload.events()); n++) {
            Event event = new Event(n, workload.key(n), workload.version(n), at);
            outbox.bind(insert, event);
            wakeUp = wakeUp.and(WakeUp.of(Shards.of(ContractOutbox.TYPE, event.key())));
            if (eventsPerCommit == 1) {
                insert.executeUpdate();
            } else {
                insert.addBatch();
            }
        }
        if (eventsPerCommit > 1) {
            insert.executeBatch();
            connection.commit();
        }
        wakeUps.send(wakeUp);
    }

    private static void awaitNanos(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / NANOS_PER_MICRO;
    }
}
