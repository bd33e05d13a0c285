package dev.studybuddy.e2e;

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
 * Writers straight into an outbox table, as any system writes it: each has aggregates of its own, a few of them hot, and
 * commits one version after the other; some of them hold their transactions open for 30 s.
 */
final class OutboxLoad implements AutoCloseable {

    private static final String INSERT = """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
            VALUES (?, ?, ?, ?, ?, 'order.changed', '{"some": "state"}')""";
    /** In the ids of those whose events are seen long after they were written. */
    static final String LATE = "late";

    private static final int WRITERS = 3;
    private static final int AGGREGATES_OF_ONE = 60;
    private static final int HOT_OF_ONE = 2;
    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final Duration HELD = Duration.ofSeconds(30);
    private static final int LATE_WRITERS = 2;

    private final DataSource source;
    private final String type;
    private final Map<String, Long> committed = new ConcurrentHashMap<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(WRITERS + LATE_WRITERS);
    private final List<Future<?>> writing = new ArrayList<>();
    private final Semaphore ended = new Semaphore(0);

    /**
     * Begins to write.
     *
     * @param prefix of its aggregates' ids, so that two loads never write the same one
     */
    OutboxLoad(DataSource source, String type, String prefix, long seed) {
        this.source = source;
        this.type = type;
        for (int n = 0; n < WRITERS; n++) {
            String name = prefix + "w" + n;
            Random random = new Random(seed + n);
            writing.add(pool.submit(() -> {
                write(name, random);
                return null;
            }));
        }
        for (int n = 0; n < LATE_WRITERS; n++) {
            String name = prefix + LATE + n;
            writing.add(pool.submit(() -> {
                writeLate(name);
                return null;
            }));
        }
    }

    private void write(String name, Random random) throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            while (!ends(PAUSE)) {
                String hot = name + "-" + random.nextInt(HOT_OF_ONE);
                append(connection, hot);
                append(connection, name + "-" + random.nextInt(AGGREGATES_OF_ONE));
                connection.commit();
            }
        }
    }

    /** Its first event is seen 30 s after it was written; its second comes at once after that. */
    private void writeLate(String name) throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            boolean ends = false;
            while (!ends) {
                append(connection, name);
                ends = ends(HELD);
                connection.commit();
                append(connection, name);
                connection.commit();
            }
        }
    }

    private boolean ends(Duration within) throws InterruptedException {
        boolean over = ended.tryAcquire(within.toMillis(), TimeUnit.MILLISECONDS);
        if (over) {
            ended.release();
        }
        return over;
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

    /** Lets the writers end, and says how many versions each aggregate has. */
    Map<String, Long> end() throws Exception {
        ended.release();
        for (Future<?> one : writing) {
            one.get(HELD.toSeconds() * 2, TimeUnit.SECONDS);
        }
        return Map.copyOf(committed);
    }

    @Override
    public void close() {
        ended.release();
        pool.shutdownNow();
    }
}
