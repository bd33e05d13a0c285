package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.publish.PublishLoop;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** This test pauses and resumes types while events are written. */
class PausesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int BACKLOG = 5_000;

    @Test
    void aPausedTypeWaitsWithoutAnAttemptAndOtherTypesAreSent() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            pause(fixture, "todo");
            insertBacklog(fixture);
            PublisherFixture.Instance instance = fixture.start();
            for (int n = 0; n < 500; n++) {
                fixture.write("user", "u" + n, 1);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == BACKLOG);

            assertThat(fixture.versions(fixture.topic("user"))).hasSize(500);
            assertThat(state(instance).pausedTypes()).containsExactly("todo");
            assertThat(instance.publisher().fitness().isFit()).isTrue();
            await().atMost(TIMEOUT).until(() -> state(instance).rows() == 0);
            assertThat(attempts(fixture)).isZero();

            resume(fixture, "todo");
            for (int n = 0; n < 100; n++) {
                fixture.write("todo", "t" + n, 51);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertDense(fixture.versions(fixture.topic("todo")), 51);
        }
    }

    @Test
    void nothingIsSentWhileAllTypesArePaused() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance first = fixture.start();
            for (int version = 1; version <= 100; version++) {
                fixture.write("todo", "a", version);
            }
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            pause(fixture, OutboxPauses.ALL);
            await().atMost(TIMEOUT).until(() -> state(first).pausedTypes().contains(OutboxPauses.ALL));
            for (int version = 101; version <= 200; version++) {
                fixture.write("todo", "a", version);
            }
            // The second instance takes its shards during the pause.
            PublisherFixture.Instance second = fixture.start();
            await().atMost(TIMEOUT).until(() -> first.shards() == 32 && second.shards() == 32);
            assertThat(fixture.pending()).isEqualTo(100);
            assertThat(gauge(first)).isOne();

            resume(fixture, OutboxPauses.ALL);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertDense(fixture.versions(fixture.topic("todo")), 200);
            assertThat(attempts(fixture)).isZero();
            await().atMost(TIMEOUT).until(() -> gauge(first) == 0);
        }
    }

    private static void insertBacklog(PublisherFixture fixture) {
        for (int n = 0; n < 100; n++) {
            fixture.jdbc.update(
                    "INSERT INTO outbox"
                            + " (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                            + " SELECT ?, 'todo', ?, v, gen_random_uuid(), 'todo.updated', '{}'"
                            + " FROM generate_series(1, 50) AS v",
                    Shards.of("todo", "t" + n),
                    "t" + n);
        }
    }

    private static void assertDense(Map<String, List<Long>> versions, int last) {
        assertThat(versions)
                .isNotEmpty()
                .allSatisfy((id, found) -> assertThat(found.stream().distinct())
                        .as(id)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, last).boxed().toList()));
    }

    private static PublishLoop.State state(PublisherFixture.Instance instance) {
        return instance.publisher().publishLoop().state();
    }

    private static double gauge(PublisherFixture.Instance instance) {
        Gauge gauge = instance.registry().find("outbox.paused.types").gauge();
        return gauge == null ? -1 : gauge.value();
    }

    private static long attempts(PublisherFixture fixture) {
        Long count = fixture.jdbc.queryForObject("SELECT count(*) FROM outbox WHERE retry_count > 0", Long.class);
        return count == null ? -1 : count;
    }

    private static void pause(PublisherFixture fixture, String type) {
        fixture.jdbc.update(
                "INSERT INTO outbox_pause (aggregate_type, paused_by, reason) VALUES (?, 'operator', 'test')", type);
    }

    private static void resume(PublisherFixture fixture, String type) {
        fixture.jdbc.update("DELETE FROM outbox_pause WHERE aggregate_type = ?", type);
    }
}
