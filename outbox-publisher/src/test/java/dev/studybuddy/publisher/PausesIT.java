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

/** This test pauses and resumes the publishing of types while events are written. */
class PausesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int BACKLOG = 5_000;

    @Test
    void aPausedTypeWaitsWithoutAnAttemptAndOtherTypesAreSent() {
        try (PublisherFixture outbox = PublisherFixture.onSharedServers()) {
            pause(outbox, "todo");
            insertBacklog(outbox);
            PublisherFixture.Instance instance = outbox.start();
            for (int n = 0; n < 500; n++) {
                outbox.write("user", "u" + n, 1);
            }

            await().atMost(TIMEOUT).until(() -> outbox.pending() == BACKLOG);

            assertThat(outbox.versions(outbox.topic("user"))).hasSize(500);
            assertThat(state(instance).pausedTypes()).containsExactly("todo");
            assertThat(instance.publisher().fitness().isFit()).isTrue();
            await().atMost(TIMEOUT).until(() -> state(instance).rows() == 0);
            assertThat(attempts(outbox)).isZero();

            resume(outbox, "todo");
            for (int n = 0; n < 100; n++) {
                outbox.write("todo", "t" + n, 51);
            }

            await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);
            assertDense(outbox.versions(outbox.topic("todo")), 51);
        }
    }

    @Test
    void nothingIsSentOrReadWhileAllTypesArePaused() {
        try (PublisherFixture outbox = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance first = outbox.start();
            for (int version = 1; version <= 100; version++) {
                outbox.write("todo", "a", version);
            }
            await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);

            pause(outbox, OutboxPauses.ALL);
            await().atMost(TIMEOUT).until(() -> state(first).pausedTypes().contains(OutboxPauses.ALL));
            for (int version = 101; version <= 200; version++) {
                outbox.write("todo", "a", version);
            }
            // The second instance takes its shards during the pause.
            PublisherFixture.Instance second = outbox.start();
            await().atMost(TIMEOUT).until(() -> first.shards() == 32 && second.shards() == 32);
            assertThat(outbox.pending()).isEqualTo(100);
            assertThat(gauge(first)).isOne();

            resume(outbox, OutboxPauses.ALL);

            await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);
            assertDense(outbox.versions(outbox.topic("todo")), 200);
            assertThat(attempts(outbox)).isZero();
            await().atMost(TIMEOUT).until(() -> gauge(first) == 0);
        }
    }

    private static void insertBacklog(PublisherFixture outbox) {
        for (int n = 0; n < 100; n++) {
            outbox.jdbc.update(
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

    private static long attempts(PublisherFixture outbox) {
        Long count = outbox.jdbc.queryForObject("SELECT count(*) FROM outbox WHERE retry_count > 0", Long.class);
        return count == null ? -1 : count;
    }

    private static void pause(PublisherFixture outbox, String type) {
        outbox.jdbc.update(
                "INSERT INTO outbox_pause (aggregate_type, paused_by, reason) VALUES (?, 'operator', 'test')", type);
    }

    private static void resume(PublisherFixture outbox, String type) {
        outbox.jdbc.update("DELETE FROM outbox_pause WHERE aggregate_type = ?", type);
    }
}
