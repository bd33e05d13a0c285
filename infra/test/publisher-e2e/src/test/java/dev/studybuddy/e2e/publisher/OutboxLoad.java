package dev.studybuddy.e2e.publisher;

import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Writes directly into an outbox table, as any system may do. Each writer has its own aggregates. A few of them are
 * hot: each commit has several versions of one of them. A few writers hold their transactions open for 30 s.
 */
final class OutboxLoad implements AutoCloseable {

    private static final String INSERT = """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
            VALUES (?, ?, ?, ?, ?, 'order.changed', '{"some": "state"}')""";
    /**
     * The ids of the aggregates whose events are committed 30 s after their insert contain this text. The ids can
     * also contain the name of the test, so that name must not contain this text.
     */
    static final String LATE = "late";

    private static final int WRITERS = 3;
    private static final int AGGREGATES_PER_WRITER = 60;
    private static final int HOT_AGGREGATES_PER_WRITER = 2;
    /** A commit has this number of versions of a hot aggregate, so that the publisher sends them in one chain. */
    private static final int HOT_VERSIONS = 4;

    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(50);
    private static final Duration OPEN_TIME = Duration.ofSeconds(30);
    private static final int LATE_WRITERS = 2;

    private final DataSource source;
    private final String type;
    private final Map<String, Long> committed = new ConcurrentHashMap<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(WRITERS + LATE_WRITERS);
    private final List<Future<?>> writers = new ArrayList<>();
    private final Semaphore stopSignal = new Semaphore(0);

    /**
     * Starts the writers.
     *
     * @param prefix the prefix of the aggregates' ids; two loads with different prefixes never write the same aggregate
     */
    OutboxLoad(DataSource source, String type, String prefix, long seed) {
        this.source = source;
        this.type = type;
        for (int n = 0; n < WRITERS; n++) {
            String name = prefix + "w" + n;
            Random random = new Random(seed + n);
            writers.add(pool.submit(() -> {
                write(name, random);
                return null;
            }));
        }
        for (int n = 0; n < LATE_WRITERS; n++) {
            String name = prefix + LATE + n;
            writers.add(pool.submit(() -> {
                writeLate(name);
                return null;
            }));
        }
    }

    private void write(String name, Random random) throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            while (!awaitStop(COMMIT_INTERVAL)) {
                String hot = name + "-" + random.nextInt(HOT_AGGREGATES_PER_WRITER);
                for (int n = 0; n < HOT_VERSIONS; n++) {
                    append(connection, hot);
                }
                append(connection, name + "-" + random.nextInt(AGGREGATES_PER_WRITER));
                connection.commit();
            }
        }
    }

    /** Commits an event 30 s after it was written, and the next version at once after that, in each round. */
    private void writeLate(String name) throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            boolean stop = false;
            while (!stop) {
                append(connection, name);
                stop = awaitStop(OPEN_TIME);
                connection.commit();
                append(connection, name);
                connection.commit();
            }
        }
    }

    private boolean awaitStop(Duration within) throws InterruptedException {
        boolean stop = stopSignal.tryAcquire(within.toMillis(), TimeUnit.MILLISECONDS);
        if (stop) {
            stopSignal.release();
        }
        return stop;
    }

    private void append(Connection connection, String id) throws SQLException {
        long version = committed.merge(id, 1L, Long::sum);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setInt(1, Shards.of(type, id));
            insert.setString(2, type);
            insert.setString(3, id);
            insert.setLong(4, version);
            insert.setObject(5, UUID.randomUUID());
            insert.executeUpdate();
        }
    }

    /** Stops the writers, waits until they have ended, and returns the number of versions of each aggregate. */
    Map<String, Long> finish() throws Exception {
        stopSignal.release();
        for (Future<?> one : writers) {
            one.get(OPEN_TIME.toSeconds() * 2, TimeUnit.SECONDS);
        }
        return Map.copyOf(committed);
    }

    @Override
    public void close() {
        stopSignal.release();
        pool.shutdownNow();
    }
}
