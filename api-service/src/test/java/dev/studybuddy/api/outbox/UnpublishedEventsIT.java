package dev.studybuddy.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This test searches for a dead-lettered snapshot, also while an operator retries it. */
class UnpublishedEventsIT {

    private static TestDatabase database;
    private static JdbcClient jdbc;

    @BeforeAll
    static void start() {
        database = TestServers.newDatabase();
        RunningApi.migrateOutbox(database.dataSource());
        jdbc = JdbcClient.create(database.dataSource());
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void deadLetterASnapshot() {
        jdbc.sql("DELETE FROM outbox").update();
        jdbc.sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          processed, processed_at, retry_count, last_error, dead_lettered_at)
                        VALUES (1, 'todo', 'a', 1, gen_random_uuid(), 'todo.snapshot', '{}', true, now(), 3, 'too large',
                          now())""").update();
    }

    @Test
    void aDeadLetteredSnapshotIsUnpublishedUntilItIsPublished() {
        UnpublishedEvents events = events(MonotonicClock.SYSTEM);
        Instant now = Instant.now();
        Instant before = now.minus(Duration.ofHours(1));
        Instant later = now.plus(Duration.ofHours(1));
        assertThat(events.hasSnapshot(before, later)).isTrue();
        assertThat(events.hasAnySince(later)).hasValue(false);

        retry();

        assertThat(events.hasSnapshot(before, later)).isTrue();
        assertThat(events.hasAnySince(later)).hasValue(true);

        jdbc.sql("UPDATE outbox SET processed = true, processed_at = now()").update();

        assertThat(events.hasSnapshot(before, later)).isFalse();
        assertThat(events.hasAnySince(later)).hasValue(false);
    }

    @Test
    void aSnapshotThatIsRetriedDuringTheSearchIsUnpublished() {
        Instant now = Instant.now();

        assertThat(eventsRetriedDuringTheSearch()
                        .hasSnapshot(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1))))
                .isTrue();
    }

    @Test
    void anEventThatIsRetriedDuringTheSearchIsUnpublished() {
        assertThat(eventsRetriedDuringTheSearch().hasAnySince(Instant.now().plus(Duration.ofHours(1))))
                .hasValue(true);
    }

    /** The search of the dead-lettered events reads the clock when it begins. */
    private static UnpublishedEvents eventsRetriedDuringTheSearch() {
        return events(() -> {
            retry();
            return 0;
        });
    }

    private static UnpublishedEvents events(MonotonicClock clock) {
        return new UnpublishedEvents(
                new PendingEvents(jdbc, new PendingIndex(jdbc, MonotonicClock.SYSTEM)),
                new DeadLetteredEvents(new DeadLetteredRowTable(jdbc, MonotonicClock.SYSTEM), jdbc, clock));
    }

    private static void retry() {
        jdbc.sql("""
                        UPDATE outbox SET processed = false, processed_at = NULL, retry_count = 0, last_error = NULL,
                          dead_lettered_at = NULL""").update();
    }
}
