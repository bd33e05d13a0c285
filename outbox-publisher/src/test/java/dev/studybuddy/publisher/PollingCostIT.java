package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollingCostIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration OBSERVATION = Duration.ofSeconds(6);
    private static final int MAX_STATEMENTS_PER_SECOND = 10;
    private static final double DAY_SECONDS = 86_400;
    private static final int HELD_ROWS = 300;
    private static final int MAX_DEFERRED = 50;
    private static final int POISONED_EVENTS = 100_000;
    /** One transaction inserts this number of rows, because CockroachDB prefers small transactions. */
    private static final int INSERT_SIZE = 5_000;

    @Test
    void anIdlePublisherRunsAtMostTenStatementsPerSecond() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance instance = fixture.start();
            fixture.write("todo", "a", 1);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0 && instance.shards() == Shards.COUNT);

            long before = instance.statements().get();
            await().pollDelay(OBSERVATION)
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(instance.statements().get() - before)
                            .as(
                                    "statements in %d s, including a sweep and a heartbeat each second",
                                    OBSERVATION.toSeconds())
                            .isBetween(1L, MAX_STATEMENTS_PER_SECOND * OBSERVATION.toSeconds()));
        }
    }

    @Test
    void eventsBehindAPoisonEventStayOutOfMemoryAndOtherEventsAreSent() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            // The next attempt of the poison event is later than the end of this test.
            fixture.set("publisher.attempts.first", "10m").set("publisher.attempts.longest", "10m");
            int shard = Shards.of("todo", "poisoned");
            PublisherFixture.Instance instance = fixture.start();
            fixture.write(fixture.jdbc, "todo", "poisoned", 1, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");
            for (int from = 2; from <= POISONED_EVENTS; from += INSERT_SIZE) {
                fixture.jdbc.update(
                        "INSERT INTO outbox"
                                + " (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                                + " SELECT ?, 'todo', 'poisoned', v, gen_random_uuid(), 'todo.updated', '{}'"
                                + " FROM generate_series(?, ?) AS v",
                        shard,
                        from,
                        from + INSERT_SIZE - 1);
            }
            for (int n = 0; n < 500; n++) {
                fixture.write("todo", "healthy" + n, 1);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == POISONED_EVENTS + 1);
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(500).doesNotContainKey("poisoned");
            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(instance.publisher().publishLoop().state().rows()).isZero();
                assertThat(instance.publisher().publishLoop().state().deferred())
                        .isOne();
            });

            // Other aggregates of the shard are still published.
            int other = 0;
            while (Shards.of("todo", "other" + other) != shard) {
                other++;
            }
            fixture.write("todo", "other" + other, 1);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == POISONED_EVENTS + 1);
            assertThat(fixture.versions(fixture.topic("todo"))).containsKey("other" + other);
        }
    }

    @Test
    void rowsOnHoldBeyondTheBoundOfDeferredAggregatesDelayNoOtherRow() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.memory.deferred-aggregates", MAX_DEFERRED);
            for (int n = 0; n < HELD_ROWS; n++) {
                fixture.write("todo", "held" + n, 1);
            }
            fixture.jdbc.update("UPDATE outbox SET next_attempt_at = 'infinity'");
            for (int n = 0; n < 100; n++) {
                fixture.write("todo", "healthy" + n, 1);
            }
            PublisherFixture.Instance instance = fixture.start();

            await().atMost(TIMEOUT)
                    .untilAsserted(() ->
                            assertThat(fixture.pending()).as("rows on hold").isEqualTo(HELD_ROWS));
            assertThat(instance.publisher().publishLoop().state().deferred()).isLessThanOrEqualTo(MAX_DEFERRED);
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(100);
            assertThat(instance.registry().counter("outbox.hold.overflows").count())
                    .isOne();

            fixture.jdbc.update("UPDATE outbox SET next_attempt_at = NULL WHERE processed = false");
            fixture.jdbc.update("UPDATE outbox_shard_lease SET sweep_requested_at = now()");
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        }
    }

    @Test
    void theAgeOfTheOldestPendingEventIsReportedForEachOwnedShard() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.topics.create", false).set("publisher.pending-age-interval", "100ms");
            int shard = Shards.of("absent", "a");
            fixture.write("absent", "a", 1);
            fixture.jdbc.update("UPDATE outbox SET created_at = now() - INTERVAL '1 hour'");
            PublisherFixture.Instance instance = fixture.start();

            await().atMost(TIMEOUT).untilAsserted(() -> {
                Double waiting = age(instance, shard);
                assertThat(waiting).isNotNull().isBetween(3600.0, 3700.0);
                assertThat(age(instance, (shard + 1) % Shards.COUNT)).isZero();
            });
        }
    }

    @Test
    void anEventWithAnInfiniteTimeHidesNoAgeOfAnotherShard() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.topics.create", false).set("publisher.pending-age-interval", "100ms");
            fixture.dropChecks();
            for (String time : List.of("infinity", "-infinity", "2000-01-01")) {
                fixture.write("absent", time, 1);
                fixture.jdbc.update(
                        "UPDATE outbox SET created_at = CAST(? AS TIMESTAMPTZ) WHERE aggregate_id = ?", time, time);
            }
            PublisherFixture.Instance instance = fixture.start();

            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(age(instance, Shards.of("absent", "2000-01-01"))).isEqualTo(DAY_SECONDS);
                assertThat(age(instance, Shards.of("absent", "-infinity"))).isEqualTo(DAY_SECONDS);
                assertThat(age(instance, Shards.of("absent", "infinity"))).isEqualTo(0);
            });
            fixture.write("absent", "a", 1);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(age(instance, Shards.of("absent", "a")))
                            .isNotNull()
                            .isPositive());
        }
    }

    private static @Nullable Double age(PublisherFixture.Instance instance, int shard) {
        Gauge gauge = instance.registry()
                .find("outbox.oldest.pending")
                .tag("shard", Integer.toString(shard))
                .gauge();
        return gauge == null ? null : gauge.value();
    }
}
