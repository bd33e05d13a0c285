package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollingCostIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WATCHED = Duration.ofSeconds(6);
    private static final int PER_SECOND = 10;
    private static final int POISONED = 100_000;
    /** Well within a statement's time-out on a slow machine. */
    private static final int AT_ONCE = 5_000;

    @Test
    void anIdlePublisherMakesAtMostTenStatementsASecond() {
        try (Outboxes outbox = Outboxes.onSharedServers()) {
            Outboxes.Instance instance = outbox.start();
            outbox.write("todo", "a", 1);
            await().atMost(SOON).until(() -> outbox.pending() == 0 && instance.shards() == Shards.COUNT);

            long before = instance.statements().get();
            await().pollDelay(WATCHED)
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(instance.statements().get() - before)
                            .as(
                                    "statements in %d s, a sweep and a heartbeat each second among them",
                                    WATCHED.toSeconds())
                            .isBetween(1L, PER_SECOND * WATCHED.toSeconds()));
        }
    }

    @Test
    void aHundredThousandEventsBehindAPoisonedOneStayOutOfMemoryAndTheOthersGo() {
        try (Outboxes outbox = Outboxes.onSharedServers()) {
            // Its next attempt is further away than this test lasts.
            outbox.set("publisher.attempts.first", "10m").set("publisher.attempts.longest", "10m");
            int shard = Shards.of("todo", "poisoned");
            Outboxes.Instance instance = outbox.start();
            outbox.write(outbox.jdbc, "todo", "poisoned", 1, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");
            for (int from = 2; from <= POISONED; from += AT_ONCE) {
                outbox.jdbc.update(
                        "INSERT INTO outbox"
                                + " (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                                + " SELECT ?, 'todo', 'poisoned', v, gen_random_uuid(), 'todo.updated', '{}'"
                                + " FROM generate_series(?, ?) AS v",
                        shard,
                        from,
                        from + AT_ONCE - 1);
            }
            for (int n = 0; n < 500; n++) {
                outbox.write("todo", "well" + n, 1);
            }

            await().atMost(SOON).until(() -> outbox.pending() == POISONED + 1);
            assertThat(outbox.versions(outbox.topic("todo"))).hasSize(500).doesNotContainKey("poisoned");
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(instance.publisher().publishing().state().rows()).isZero();
                assertThat(instance.publisher().publishing().state().remembered())
                        .isOne();
            });

            // Its neighbours in the shard go on behind it.
            int neighbour = 0;
            while (Shards.of("todo", "neighbour" + neighbour) != shard) {
                neighbour++;
            }
            outbox.write("todo", "neighbour" + neighbour, 1);
            await().atMost(SOON).until(() -> outbox.pending() == POISONED + 1);
            assertThat(outbox.versions(outbox.topic("todo"))).containsKey("neighbour" + neighbour);
        }
    }

    @Test
    void theAgeOfTheOldestPendingEventIsShownForEachOwnedShard() {
        try (Outboxes outbox = Outboxes.onSharedServers()) {
            outbox.set("publisher.topics.create", false).set("publisher.pending-age-interval", "100ms");
            int shard = Shards.of("absent", "a");
            outbox.write("absent", "a", 1);
            outbox.jdbc.update("UPDATE outbox SET created_at = now() - INTERVAL '1 hour'");
            Outboxes.Instance instance = outbox.start();

            await().atMost(SOON).untilAsserted(() -> {
                Double waiting = age(instance, shard);
                assertThat(waiting).isNotNull().isBetween(3600.0, 3700.0);
                assertThat(age(instance, (shard + 1) % Shards.COUNT)).isZero();
            });
        }
    }

    private static @Nullable Double age(Outboxes.Instance instance, int shard) {
        Gauge gauge = instance.registry()
                .find("outbox.oldest.pending")
                .tag("shard", Integer.toString(shard))
                .gauge();
        return gauge == null ? null : gauge.value();
    }
}
