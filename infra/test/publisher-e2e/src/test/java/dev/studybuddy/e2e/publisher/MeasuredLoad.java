package dev.studybuddy.e2e.publisher;

import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Writes events of several types in at most 50 commits per second. Each commit has several versions of one hot
 * aggregate, one version of a random one, and two poison events of new aggregates. The payload holds the time before
 * the commit in milliseconds since 1970.
 */
final class MeasuredLoad implements AutoCloseable {

    private static final String INSERT = """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers)
            VALUES (?, ?, ?, ?, ?, 'probe.changed', CAST(? AS jsonb), CAST(? AS jsonb))""";

    /** The ids of the hot aggregates begin with this text. */
    static final String HOT = "hot-";

    private static final String NO_HEADERS = "{}";
    /** No record can carry this header, because the publisher reads at most 1 000 digits of a number. */
    private static final String POISON_HEADERS = "{\"digits\": " + "9".repeat(1_200) + "}";

    private static final long COMMIT_INTERVAL_MILLIS = 20;
    private static final int HOT_VERSIONS = 4;
    private static final int HOT_AGGREGATES = 6;
    private static final int AGGREGATES = 300;
    private static final int POISON_EVENTS = 2;
    private static final long END_LIMIT_SECONDS = 30;

    private final DataSource source;
    private final List<String> types;
    private final Random random;
    private final Semaphore stopSignal = new Semaphore(0);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final Map<Arrivals.Aggregate, Long> committed = new HashMap<>();
    private final Future<?> writer;

    MeasuredLoad(DataSource source, List<String> types, long seed) {
        this.source = source;
        this.types = types;
        this.random = new Random(seed);
        this.writer = pool.submit(() -> {
            write();
            return null;
        });
    }

    private void write() throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            while (!stopSignal.tryAcquire(COMMIT_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                String type = types.get(random.nextInt(types.size()));
                try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                    String hot = HOT + random.nextInt(HOT_AGGREGATES);
                    for (int n = 0; n < HOT_VERSIONS; n++) {
                        appendNext(insert, new Arrivals.Aggregate(type, hot));
                    }
                    appendNext(insert, new Arrivals.Aggregate(type, "one-" + random.nextInt(AGGREGATES)));
                    for (int n = 0; n < POISON_EVENTS; n++) {
                        append(insert, new Arrivals.Aggregate(type, "poison-" + UUID.randomUUID()), 1, POISON_HEADERS);
                    }
                    insert.executeBatch();
                }
                connection.commit();
            }
        }
    }

    private void appendNext(PreparedStatement insert, Arrivals.Aggregate aggregate) throws SQLException {
        append(insert, aggregate, committed.merge(aggregate, 1L, Long::sum), NO_HEADERS);
    }

    private static void append(PreparedStatement insert, Arrivals.Aggregate aggregate, long version, String headers)
            throws SQLException {
        insert.setInt(1, Shards.of(aggregate.type(), aggregate.id()));
        insert.setString(2, aggregate.type());
        insert.setString(3, aggregate.id());
        insert.setLong(4, version);
        insert.setObject(5, UUID.randomUUID());
        insert.setString(6, Long.toString(System.currentTimeMillis()));
        insert.setString(7, headers);
        insert.addBatch();
    }

    /** Stops the writer, and returns the number of committed versions of each aggregate that has no poison event. */
    Map<Arrivals.Aggregate, Long> finish() throws Exception {
        stopSignal.release();
        writer.get(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        return Map.copyOf(committed);
    }

    @Override
    public void close() {
        stopSignal.release();
        pool.shutdownNow();
    }
}
