package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.Event;
import dev.studybuddy.bench.relays.outbox.OutboxForm;
import dev.studybuddy.bench.relays.outbox.Workload;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.outbox.WakeUp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes events at an even rate, as an API would: a transaction each, up to 1 000 transactions a second; above that several
 * events in one transaction. A wake-up follows each commit, where asked for.
 */
final class Generator {

    private static final int THREADS = 4;
    private static final int MOST_COMMITS_PER_SECOND = 1000;
    private static final double NANOS = 1e9;
    private static final long NANOS_PER_MICRO = 1000;

    private final String url;
    private final OutboxForm form;
    private final WakeUps wakeUps;

    Generator(String url, OutboxForm form, WakeUps wakeUps) {
        this.url = url;
        this.form = form;
        this.wakeUps = wakeUps;
    }

    /**
     * What was written.
     *
     * @param startMicros when the first event was due, microseconds since 1970
     * @param seconds how long it took
     * @param transactions how many commits
     */
    record Offered(long startMicros, double seconds, long transactions) {}

    Offered offer(Workload workload, int perSecond) throws InterruptedException, ExecutionException {
        int inOne = Math.max(1, (perSecond + MOST_COMMITS_PER_SECOND - 1) / MOST_COMMITS_PER_SECOND);
        double gapNanos = NANOS * inOne / perSecond;
        AtomicLong next = new AtomicLong();
        long startMicros = nowMicros();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                running.add(threads.submit(() -> {
                    write(workload, inOne, gapNanos, start, next);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        long transactions = (workload.events() + inOne - 1L) / inOne;
        return new Offered(startMicros, (System.nanoTime() - start) / NANOS, transactions);
    }

    private void write(Workload workload, int inOne, double gapNanos, long start, AtomicLong next) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "root", "");
                PreparedStatement insert = form.insert(connection)) {
            connection.setAutoCommit(inOne == 1);
            for (long turn = next.getAndIncrement(); turn * inOne < workload.events(); turn = next.getAndIncrement()) {
                awaitInstant(start + (long) (turn * gapNanos));
                commit(connection, insert, workload, turn * inOne, inOne);
            }
        }
    }

    private void commit(Connection connection, PreparedStatement insert, Workload workload, long first, int inOne)
            throws SQLException {
        WakeUp woken = new WakeUp(0);
        long at = nowMicros();
        for (long n = first; n < Math.min(first + inOne, workload.events()); n++) {
            Event event = new Event(n, workload.key(n), workload.version(n), at);
            form.bind(insert, event);
            woken = woken.and(
                    WakeUp.of(Shards.of(dev.studybuddy.bench.relays.outbox.ContractOutbox.TYPE, event.key())));
            if (inOne == 1) {
                insert.executeUpdate();
            } else {
                insert.addBatch();
            }
        }
        if (inOne > 1) {
            insert.executeBatch();
            connection.commit();
        }
        wakeUps.send(woken);
    }

    private static void awaitInstant(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static long nowMicros() {
        var now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / NANOS_PER_MICRO;
    }
}
