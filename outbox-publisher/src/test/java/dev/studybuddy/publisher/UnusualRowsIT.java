package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Inserts rows of each unusual kind while ordinary events are written. Each row must end as a record or as a dead
 * letter, and no row may delay the ordinary events.
 */
class UnusualRowsIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration LAG_LIMIT = Duration.ofSeconds(1);
    private static final Duration LAG_LIMIT_OF_A_BACKLOG = Duration.ofSeconds(10);
    private static final int LAG_PERCENT = 99;
    /** A row that stops its shard delays other events by more than this, because the shard backs off for 5 to 60 s. */
    private static final Duration LAG_LIMIT_BESIDE_OTHER_TESTS = Duration.ofSeconds(4);

    private static final int RUNS_BESIDE_OTHER_TESTS = 3;

    private static final int FEW_ROWS = 100;
    private static final String ATTEMPTS_LOGGER = "dev.studybuddy.publisher.publish.DispatchFinisher";

    /**
     * The lag must stay below the limit in one of several runs. Other tests may use the processors during the others.
     */
    @Test
    void aRowOfEachUnusualKindEndsAndDelaysNoOtherEventsForLong() throws SQLException {
        List<Duration> lags = publishUnusualRows(1, Insertion.AT_ONCE);
        for (int run = 1;
                run < RUNS_BESIDE_OTHER_TESTS && percentile(lags).compareTo(LAG_LIMIT_BESIDE_OTHER_TESTS) >= 0;
                run++) {
            lags = publishUnusualRows(1, Insertion.AT_ONCE);
        }

        assertThat(percentile(lags)).as(description(lags)).isLessThan(LAG_LIMIT_BESIDE_OTHER_TESTS);
    }

    /** The limit requires processors that no other test uses. */
    @Test
    @Tag("long")
    void aRowOfEachUnusualKindDelaysNoOtherEvents() throws SQLException {
        List<Duration> lags = publishUnusualRows(1, Insertion.AT_ONCE);

        assertThat(percentile(lags)).as(description(lags)).isLessThan(LAG_LIMIT);
    }

    @Test
    @Tag("long")
    void aThousandRowsOfOneUnusualKindAfterAnotherDelayNoOtherEvents() throws SQLException {
        List<Duration> lags = publishUnusualRows(1000, Insertion.IN_TURN);

        assertThat(percentile(lags)).as(description(lags)).isLessThan(LAG_LIMIT);
    }

    /** The rows are written faster than they can be published, so that other events wait for their turn. */
    @Test
    @Tag("long")
    void aThousandRowsOfEachUnusualKindAtOnceEndAndOtherEventsArrive() throws SQLException {
        List<Duration> lags = publishUnusualRows(1000, Insertion.AT_ONCE);

        assertThat(percentile(lags)).as(description(lags)).isLessThan(LAG_LIMIT_OF_A_BACKLOG);
    }

    @Test
    void aRowWithAnInfinitelyEarlyTimeStopsNoPolls() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.dropChecks();
            fixture.write("todo", "early", 1);
            fixture.jdbc.update("UPDATE outbox SET created_at = '-infinity'");
            fixture.start();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            for (String id : List.of("early", "other", "another")) {
                fixture.write("todo", id, 2);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        }
    }

    private static Duration percentile(List<Duration> lags) {
        return lags.get(lags.size() * LAG_PERCENT / 100);
    }

    private static String description(List<Duration> lags) {
        return "lag within which " + LAG_PERCENT + " % of " + lags.size()
                + " other events arrived; the median was " + lags.get(lags.size() / 2) + " and the longest "
                + lags.getLast();
    }

    private enum Insertion {
        /** The rows of all kinds are inserted as fast as the database accepts them. */
        AT_ONCE,
        /** The rows of a kind are inserted at once, when nearly all rows of the kind before have ended. */
        IN_TURN
    }

    /** Publishes rows of each kind while other events are written, and returns the sorted lags of the other events. */
    private static List<Duration> publishUnusualRows(int count, Insertion insertion) throws SQLException {
        LoggingSystem logging = LoggingSystem.get(UnusualRowsIT.class.getClassLoader());
        // Each refused attempt is logged, which is tens of thousands of lines.
        logging.setLogLevel(ATTEMPTS_LOGGER, LogLevel.ERROR);
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.topics.types", "todo," + ControlEvents.TYPE);
            // Only a deep sweep finds rows that are committed with a creation time long ago.
            fixture.set("publisher.polling.deep-sweep-interval", "5s");
            PublisherFixture.Instance instance = fixture.start();
            awaitTopics(fixture);
            List<UnusualRows.Kind> kinds = UnusualRows.all();
            List<Duration> lags;
            try (ControlEvents controlEvents = new ControlEvents(fixture)) {
                controlEvents.awaitUsualLag();
                controlEvents.runBetweenEvents(fixture::dropChecks);
                for (UnusualRows.Kind kind : kinds) {
                    insert(fixture, kind, Math.min(count, kind.most()));
                    if (insertion == Insertion.IN_TURN) {
                        awaitFewPending(fixture);
                    }
                }
                controlEvents.runBetweenEvents(fixture::addChecks);
                await("rows that are not on hold end")
                        .atMost(TIMEOUT)
                        .untilAsserted(
                                () -> assertThat(pendingKinds(fixture, false)).isEmpty());
                assertThat(pendingKinds(fixture, true)).isNotEmpty();
                fixture.jdbc.update("UPDATE outbox_shard_lease SET sweep_requested_at = now()");
                await("rows on hold end")
                        .atMost(TIMEOUT)
                        .untilAsserted(
                                () -> assertThat(pendingKinds(fixture, true)).isEmpty());
                lags = controlEvents.finish();
            }

            assertEnds(fixture, kinds);
            assertRecordsWithoutRepeats(fixture, "todo", kinds, count);
            assertThat(instance.shards()).isEqualTo(Shards.COUNT);
            assertThat(instance.registry().counter("outbox.repeats").count()).isZero();
            return lags;
        } finally {
            logging.setLogLevel(ATTEMPTS_LOGGER, null);
        }
    }

    private static void awaitTopics(PublisherFixture fixture) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", fixture.kafka()))) {
            await().atMost(TIMEOUT)
                    .until(() -> admin.listTopics()
                            .names()
                            .get()
                            .containsAll(List.of(fixture.topic("todo"), fixture.topic(ControlEvents.TYPE))));
        }
    }

    private static void insert(PublisherFixture fixture, UnusualRows.Kind kind, int count) throws SQLException {
        try (Connection connection = fixture.open();
                PreparedStatement insert = connection.prepareStatement(kind.insert())) {
            insert.setInt(1, count);
            insert.executeUpdate();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static void awaitFewPending(PublisherFixture fixture) {
        await("nearly all rows that are not on hold end")
                .atMost(TIMEOUT)
                .until(() -> pendingKinds(fixture, false).stream()
                                .mapToLong(kind -> (Long) kind.get("count"))
                                .sum()
                        < FEW_ROWS);
    }

    /**
     * Returns each kind of which rows are pending, with their number and the extreme values of their columns.
     *
     * @param held whether the rows on hold are counted, instead of the rows that are not on hold
     */
    private static List<Map<String, Object>> pendingKinds(PublisherFixture fixture, boolean held) {
        return fixture.jdbc.queryForList(
                "SELECT left(event_type, 100), count(*), min(created_at), min(next_attempt_at), max(retry_count)"
                        + " FROM outbox WHERE processed = false AND aggregate_type <> ? AND (event_type LIKE"
                        + " 'attempt at %' AND next_attempt_at > now() + INTERVAL '2 hours') = ? GROUP BY 1",
                ControlEvents.TYPE, held);
    }

    private static void assertEnds(PublisherFixture fixture, List<UnusualRows.Kind> kinds) {
        List<String> wrong = new ArrayList<>();
        for (UnusualRows.Kind kind : kinds) {
            boolean published = kind.reason() == null;
            List<Map<String, Object>> faults = fixture.jdbc.queryForList(
                    "SELECT processed, processed_at, dead_lettered_at, retry_count, last_error FROM outbox"
                            + " WHERE (event_type = ? OR aggregate_id LIKE ?) AND (NOT processed"
                            + " OR COALESCE(processed_at, 'infinity') NOT BETWEEN now() - INTERVAL '1 hour' AND now()"
                            + " OR (dead_lettered_at IS NULL) <> ? OR (last_error IS NULL) <> ? OR COALESCE(last_error, '') NOT LIKE ? OR length(last_error) > 600) LIMIT 1",
                    kind.name(),
                    kind.name() + " %",
                    published,
                    published,
                    published ? "%" : "%" + kind.reason() + "%");
            faults.forEach(fault -> wrong.add(kind.name() + ": " + fault));
        }
        assertThat(wrong).as("kinds whose rows did not end as listed").isEmpty();
    }

    private static void assertRecordsWithoutRepeats(
            PublisherFixture fixture, String type, List<UnusualRows.Kind> kinds, int count) {
        Set<String> seen = new HashSet<>();
        List<String> repeats = new ArrayList<>();
        fixture.readRecords(fixture.topic(type), record -> {
            String event = record.key() + " " + PublisherFixture.header(record, "ce_id");
            if (!seen.add(event)) {
                repeats.add(event);
            }
        });
        int published = kinds.stream()
                .filter(kind -> kind.reason() == null && !kind.column().equals("aggregate_type"))
                .mapToInt(kind -> Math.min(count, kind.most()))
                .sum();
        assertThat(repeats).as("repeats").isEmpty();
        assertThat(seen).as("events on the topic").hasSize(published);
    }
}
