package dev.studybuddy.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Count;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.RowPage;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.StatementCosts;
import dev.studybuddy.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This test searches dead-lettered rows that fill several chunks of a search. */
class DeadLetteredRowTableIT {

    private static final int ROWS = 45_000;
    private static final int PAGE = 7_000;
    private static final int RARE_EACH = 5_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final DeadLetteredRowCriteria ALL = new DeadLetteredRowCriteria(null, null, null, null);
    private static final DeadLetteredRowCriteria RARE = new DeadLetteredRowCriteria("todo", null, null, "rare # of #");

    private static TestDatabase database;
    private static JdbcClient jdbc;

    @BeforeAll
    static void start() {
        database = ApiDatabases.newDatabase();
        jdbc = JdbcClient.create(database.dataSource());
        jdbc.sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          processed, processed_at, retry_count, last_error, dead_lettered_at)
                        SELECT n % 64, 'todo', 'a' || n, 1, gen_random_uuid(), 'todo.created', '{}', true, now(), 3,
                          CASE WHEN n % :each = 0 THEN 'rare ' || n || ' of 5' ELSE 'often' END, now()
                        FROM generate_series(1, :rows) AS n""").param("each", RARE_EACH).param("rows", ROWS).update();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void aFilterThatMatchesFewRowsFindsAllOfThem() {
        DeadLetteredRowTable table = new DeadLetteredRowTable(jdbc, () -> 0);

        RowPage all = table.find(RARE, Position.START, 100);

        assertThat(all.rows())
                .hasSize(ROWS / RARE_EACH)
                .allMatch(row -> String.valueOf(row.lastError()).startsWith("rare"));
        assertThat(all.next()).isNull();
    }

    @Test
    void aSearchForOneEventReadsNoOtherDeadLetteredRow() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE outbox");
            UUID id = jdbc.sql("SELECT id FROM outbox WHERE aggregate_id = 'a45000'")
                    .query(UUID.class)
                    .single();

            StatementCosts.Cost cost = new StatementCosts(statement)
                    .read("event_by_id", OutboxTable.findByIdSql(), "uuid", "'" + id + "'");

            assertThat(cost.plan()).contains("outbox_failed");
            assertThat(cost.wholeTable()).isFalse();
            assertThat(cost.rowsRead()).isEqualTo(1);
            // An index probe reads the root, an inner block and a leaf of the index.
            cost.blocks().ifPresent(blocks -> assertThat(blocks).isLessThan(Shards.COUNT * 4L));
            assertThat(new OutboxTable(jdbc).findWithFailedAttempt(id))
                    .hasValueSatisfying(row -> assertThat(row.id()).isEqualTo(id));
        }
    }

    @Test
    void aCountThatReachesItsLimitIsALowerBound() {
        DeadLetteredRowTable table = new DeadLetteredRowTable(jdbc, () -> 0);

        assertThat(table.count(RARE, 10_000)).isEqualTo(new Count(ROWS / RARE_EACH, true));
        assertThat(table.count(RARE, ROWS / RARE_EACH)).isEqualTo(new Count(ROWS / RARE_EACH, true));
        assertThat(table.count(RARE, 2)).isEqualTo(new Count(2, false));
        assertThat(table.count(ALL, 10_000)).isEqualTo(new Count(10_000, false));
        assertThat(table.count(ALL, 100_000)).isEqualTo(new Count(ROWS, true));
    }

    @Test
    void aCountThatTakesTooLongIsALowerBound() {
        AtomicLong nanos = new AtomicLong();
        // Each reading of this clock is 0.6 seconds later, so that the count ends after one of three chunks.
        MonotonicClock slow = () -> nanos.addAndGet(Duration.ofMillis(600).toNanos());

        Count count = new DeadLetteredRowTable(jdbc, slow).count(ALL, 100_000);

        assertThat(count).isEqualTo(new Count(20_000, false));
    }

    @Test
    void aSearchThatTakesTooLongContinuesAtItsPosition() {
        AtomicLong nanos = new AtomicLong();
        // Each reading of this clock is two seconds later, so that each search ends after one chunk.
        MonotonicClock slow = () -> nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        DeadLetteredRowTable table = new DeadLetteredRowTable(jdbc, slow);

        List<UUID> found = new ArrayList<>();
        int searches = 0;
        @Nullable Position next = Position.START;
        while (next != null) {
            RowPage part = table.find(RARE, next, 100);
            part.rows().forEach(row -> found.add(row.id()));
            next = part.next();
            searches++;
        }

        assertThat(searches).isEqualTo(3);
        assertThat(found).hasSize(ROWS / RARE_EACH).doesNotHaveDuplicates();
    }

    @Test
    void pagesContainEachRowOnceInTheOrderOfTheIndex() {
        DeadLetteredRowTable table = new DeadLetteredRowTable(jdbc, MonotonicClock.SYSTEM);

        List<UUID> found = new ArrayList<>();
        @Nullable Position next = Position.START;
        while (next != null) {
            RowPage page = table.find(ALL, next, PAGE);
            page.rows().forEach(row -> found.add(row.id()));
            assertThat(page.rows())
                    .hasSizeLessThanOrEqualTo(PAGE)
                    .isSortedAccordingTo(Comparator.comparingInt(OutboxEvent::shard));
            next = page.next();
        }

        assertThat(new HashSet<>(found)).hasSize(ROWS);
        assertThat(found).hasSize(ROWS);
    }

    @Test
    void anEventThatWasDeadLetteredSinceATimeIsFoundAmongManyOthers() {
        DeadLetteredRowTable table = new DeadLetteredRowTable(jdbc, () -> 0);
        UnpublishedEvents events = events(table, () -> 0);
        Instant later = jdbc.sql("SELECT now()").query(Timestamp.class).single().toInstant();

        assertThat(events.hasAny(upTo(later))).hasValue(false);
        assertThat(events.hasSnapshot(later.minus(Duration.ofHours(1)), later, LIMIT))
                .hasValue(false);

        jdbc.sql("""
                        UPDATE outbox SET event_type = 'todo.snapshot', dead_lettered_at = now()
                        WHERE aggregate_id = 'a1'""").update();

        assertThat(events.hasAny(upTo(later))).hasValue(true);
        assertThat(events.hasSnapshot(later.minus(Duration.ofHours(1)), later, LIMIT))
                .hasValue(true);
        assertThat(events.hasSnapshot(later, later.plus(Duration.ofHours(1)), LIMIT))
                .hasValue(false);
    }

    @Test
    void aSearchThatTakesTooLongHasNoResult() {
        AtomicLong nanos = new AtomicLong();
        MonotonicClock slow = () -> nanos.addAndGet(Duration.ofMillis(600).toNanos());
        UnpublishedEvents events = events(new DeadLetteredRowTable(jdbc, slow), slow);

        assertThat(events.hasAny(upTo(Instant.now().plus(Duration.ofHours(1))))).isEmpty();
    }

    @Test
    void aSearchForSnapshotsEndsAfterTheChunkInWhichItReachesItsLimit() {
        AtomicLong nanos = new AtomicLong();
        // Each reading of this clock is 0.6 seconds later, so that a search of three chunks takes 1.8 seconds.
        MonotonicClock slow = () -> nanos.addAndGet(Duration.ofMillis(600).toNanos());
        UnpublishedEvents events = events(new DeadLetteredRowTable(jdbc, slow), slow);
        Instant from = Instant.now().plus(Duration.ofHours(1));

        assertThat(events.hasSnapshot(from, from, Duration.ofSeconds(1))).isEmpty();
        assertThat(events.hasSnapshot(from, from, LIMIT)).hasValue(false);
    }

    private static UnpublishedEvents events(DeadLetteredRowTable table, MonotonicClock clock) {
        return new UnpublishedEvents(table, jdbc, clock);
    }

    private static PendingRange upTo(Instant time) {
        return PendingRange.between(PendingBounds.START, time.atOffset(ZoneOffset.UTC));
    }
}
