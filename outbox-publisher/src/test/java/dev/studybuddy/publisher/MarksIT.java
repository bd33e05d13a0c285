package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarksIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int EVENTS = 5_000;
    private static final int INSERT_SIZE = 250;
    /** While no row is locked, the rows of one insert are marked within a small part of this time. */
    private static final Duration NORMAL_LAG = Duration.ofSeconds(20);

    @Test
    void aLockedRowDelaysNoOtherEventAndIsMarkedAfterItsRelease() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Connection lock = fixture.open()) {
            UUID locked = fixture.write("todo", "locked", 1);
            lock(lock, locked);
            PublisherFixture.Instance instance = fixture.start();
            fixture.write("todo", "locked", 2);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 1);

            int mostRows = 0;
            for (int from = 1; from <= EVENTS; from += INSERT_SIZE) {
                insert(fixture, from, from + INSERT_SIZE - 1);
                await().atMost(NORMAL_LAG).until(() -> fixture.pending() == 1);
                mostRows = Math.max(
                        mostRows, instance.publisher().publishLoop().state().rows());
            }

            assertThat(mostRows).as("rows in memory").isLessThanOrEqualTo(INSERT_SIZE + 1);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(
                                    instance.publisher().publishLoop().state().unmarkedRows())
                            .isEqualTo(new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.LOCKED)));
            assertThat(instance.registry().get("outbox.unmarked.rows").gauge().value())
                    .isOne();

            lock.rollback();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")).get("locked")).containsExactly(1L, 2L);
            await().atMost(TIMEOUT)
                    .until(() -> instance.publisher()
                                    .publishLoop()
                                    .state()
                                    .unmarkedRows()
                                    .count()
                            == 0);
        }
    }

    @Test
    void aStopHandsOverAShardWhoseMarkCannotBeWritten() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Connection lock = fixture.open()) {
            UUID locked = fixture.write("todo", "locked", 1);
            lock(lock, locked);
            PublisherFixture.Instance leaving = fixture.start();
            await().atMost(TIMEOUT)
                    .until(() -> leaving.publisher()
                                    .publishLoop()
                                    .state()
                                    .unmarkedRows()
                                    .count()
                            == 1);
            PublisherFixture.Instance staying = fixture.start();
            await().atMost(TIMEOUT).until(() -> staying.shards() == Shards.COUNT / 2);

            leaving.publisher().stop();

            // A lease that its owner does not release expires after 10 s.
            await().atMost(Duration.ofSeconds(8)).until(() -> staying.shards() == Shards.COUNT);
            lock.rollback();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")).get("locked"))
                    .contains(1L)
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void rowsAreDeletedOnAcknowledgementIfTheActionIsDelete() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.acknowledged.action", "delete");
            for (int id = 0; id < 100; id++) {
                for (int version = 1; version <= 3; version++) {
                    fixture.write("todo", "t" + id, version);
                }
            }
            fixture.write("todo", "big", 1);
            fixture.write(fixture.jdbc, "todo", "big", 2, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");
            fixture.write("todo", "big", 3);
            fixture.start();

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.jdbc.queryForList(
                            "SELECT aggregate_id || aggregate_version FROM outbox WHERE dead_lettered_at IS NOT NULL",
                            String.class))
                    .containsExactly("big2");
            assertThat(fixture.jdbc.queryForObject("SELECT count(*) FROM outbox", Long.class))
                    .isOne();

            // No row of version 3 exists any more, and another instance holds no acknowledgement of it.
            fixture.start();
            for (int id = 0; id < 100; id++) {
                fixture.write("todo", "t" + id, 4);
            }
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            Map<String, List<Long>> versions = fixture.versions(fixture.topic("todo"));
            assertThat(versions.get("big")).containsExactly(1L, 3L);
            assertThat(IntStream.range(0, 100).mapToObj(id -> versions.get("t" + id)))
                    .allSatisfy(found -> assertThat(found).containsExactly(1L, 2L, 3L, 4L));
        }
    }

    private static void lock(Connection connection, UUID event) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT id FROM outbox WHERE id = ? FOR UPDATE")) {
            statement.setObject(1, event);
            assertThat(statement.executeQuery().next()).isTrue();
        }
    }

    /** Inserts the first versions of aggregates in all shards with one statement. */
    private static void insert(PublisherFixture fixture, int from, int to) {
        fixture.jdbc.update(
                "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                        + " SELECT n % 64, 'todo', 'load' || n, 1, gen_random_uuid(), 'todo.created', '{}'"
                        + " FROM generate_series(?, ?) AS n",
                from, to);
    }
}
