package dev.studybuddy.e2e.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Starts a publisher process with a heap of 256 MB on a backlog of small, large and very large events, while a load
 * writes further events.
 */
class PublisherMemoryIT {

    private static final String INSERT = """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
            SELECT n % 64, 'order', CAST(? AS TEXT) || n, 1, gen_random_uuid(), 'order.changed',
              jsonb_build_object('x', repeat(md5(CAST(n AS TEXT)), ?))
            FROM generate_series(CAST(? AS BIGINT), CAST(? AS BIGINT)) AS n""";

    private static final int DIGEST_CHARS = 32;
    private static final int CHUNK_BYTES = 20_000_000;
    private static final int SMALL_BYTES = 1_000;
    private static final int LARGE_BYTES = 20_000;
    private static final int VERY_LARGE_BYTES = 700_000;
    private static final int VERY_LARGE_EVENTS = 60;

    @Test
    void aBacklogOfLargeEventsDrainsInASmallHeap() throws Exception {
        drain(100_000, 10_000, Duration.ofMinutes(5));
    }

    @Test
    @Tag("long")
    void aBacklogOfAMillionEventsDrainsInASmallHeap() throws Exception {
        drain(1_000_000, 30_000, Duration.ofMinutes(30));
    }

    private static void drain(int small, int large, Duration limit) throws Exception {
        try (Publishers publishers = new Publishers("memory", 1)) {
            insert(publishers, "small-", small, SMALL_BYTES);
            insert(publishers, "large-", large - VERY_LARGE_EVENTS / 2, LARGE_BYTES);
            insert(publishers, "very-large-", VERY_LARGE_EVENTS, VERY_LARGE_BYTES);
            insert(publishers, "more-large-", VERY_LARGE_EVENTS / 2, LARGE_BYTES);
            publishers.awaitBalanced(List.of(1));
            long pid = publishers.service(1).pid();
            long began = System.nanoTime();
            Map<String, Long> committed;
            try (OutboxLoad load = new OutboxLoad(publishers.source(), Publishers.TYPE, "load-", 1)) {
                await("the backlog is published").atMost(limit).until(() -> {
                    assertThat(publishers.service(1).isAlive())
                            .as(publishers.service(1).logTail())
                            .isTrue();
                    return publishers.countPendingBacklog("load-") == 0;
                });
                Duration drained = Duration.ofNanos(System.nanoTime() - began);
                String peak = peakMemory(pid);
                committed = load.finish();
                await("the load is published").atMost(limit).until(() -> publishers.countPending() == 0);
                System.out.printf(
                        "The backlog of %d events was published in %d s (%s). The slowest event of the load took %s.%n",
                        small + large + VERY_LARGE_EVENTS, drained.toSeconds(), peak, publishers.slowestEvent("load-"));
            }

            assertThat(publishers.service(1).pid()).isEqualTo(pid);
            assertThat(publishers.countDeadLetters()).isZero();
            assertThat(publishers.compare(committed).faults()).isEmpty();
        }
    }

    private static void insert(Publishers publishers, String prefix, int count, int bytes) throws SQLException {
        int chunk = CHUNK_BYTES / bytes;
        try (Connection connection = publishers.source().getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int first = 1; first <= count; first += chunk) {
                insert.setString(1, prefix);
                insert.setInt(2, bytes / DIGEST_CHARS);
                insert.setLong(3, first);
                insert.setLong(4, Math.min(count, first + chunk - 1));
                insert.executeUpdate();
            }
        }
    }

    /** Returns the largest resident size of a process, as the Linux kernel reports it, or an empty text. */
    private static String peakMemory(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        return !Files.exists(status)
                ? ""
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .findFirst()
                        .orElse("");
    }
}
