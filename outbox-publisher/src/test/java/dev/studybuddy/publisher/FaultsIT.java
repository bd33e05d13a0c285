package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class FaultsIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void anOversizedRecordIsDeadLetteredAndItsLaterVersionsGo() {
        try (Outboxes outbox = Outboxes.onSharedServers()) {
            outbox.start();
            outbox.write("todo", "big", 1);
            UUID event = outbox.write(outbox.jdbc, "todo", "big", 2, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");
            outbox.write("todo", "big", 3);
            outbox.write("todo", "small", 1);

            await().atMost(SOON).until(() -> outbox.pending() == 0);

            Map<String, List<Long>> versions = outbox.versions(outbox.topic("todo"));
            assertThat(versions.get("big")).containsExactly(1L, 3L);
            assertThat(versions.get("small")).containsExactly(1L);
            Map<String, Object> row = outbox.jdbc.queryForMap(
                    "SELECT retry_count, last_error, dead_lettered_at FROM outbox WHERE id = ?", event);
            assertThat(row.get("retry_count")).isEqualTo(3L);
            assertThat((String) row.get("last_error")).contains("RecordTooLarge");
            assertThat(row.get("dead_lettered_at")).isNotNull();
        }
    }

    @Test
    void anEventWhoseHeadersAreNoObjectIsDeadLetteredWithItsReason() {
        try (Outboxes outbox = Outboxes.onSharedServers()) {
            outbox.write("todo", "odd", 1);
            outbox.jdbc.update("UPDATE outbox SET headers = '[1]'");
            outbox.write("todo", "odd", 2);
            outbox.start();

            await().atMost(SOON).until(() -> outbox.pending() == 0);

            assertThat(outbox.versions(outbox.topic("todo")).get("odd")).containsExactly(2L);
            assertThat(outbox.jdbc.queryForObject(
                            "SELECT last_error FROM outbox WHERE dead_lettered_at IS NOT NULL", String.class))
                    .contains("headers are no JSON object");
        }
    }

    @Test
    void aTopicWithAnotherPartitionCountIsBlockedAloneAndFlowsWhenItIsPutRight()
            throws ExecutionException, InterruptedException {
        try (Outboxes outbox = Outboxes.onSharedServers();
                Admin admin = Admin.create(Map.of("bootstrap.servers", outbox.kafka()))) {
            admin.createTopics(List.of(new NewTopic(outbox.topic("odd"), 3, (short) 1)))
                    .all()
                    .get();
            Outboxes.Instance instance = outbox.start();
            for (int i = 0; i < 30; i++) {
                outbox.write("odd", "o" + i, 1);
                outbox.write("todo", "t" + i, 1);
            }

            await().atMost(SOON).until(() -> outbox.pending() == 30);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    instance.publisher().publishing().state().blockedTypes())
                            .hasEntrySatisfying(
                                    "odd", reason -> assertThat(reason).contains("3 partitions")));
            assertThat(outbox.versions(outbox.topic("todo"))).hasSize(30);

            admin.deleteTopics(List.of(outbox.topic("odd"))).all().get();
            await().atMost(SOON).until(() -> outbox.pending() == 0);
            assertThat(outbox.versions(outbox.topic("odd"))).hasSize(30);
        }
    }

    @Test
    void aBrokerThatWasAwayGetsTheBacklogInOrderAndNoAttemptIsCounted() {
        try (FaultyServer broker = TestServers.ownKafka();
                Outboxes outbox = Outboxes.onSharedDatabaseAnd(broker.url())) {
            outbox.start();
            outbox.write("todo", "a", 1);
            await().atMost(SOON).until(() -> outbox.pending() == 0);

            broker.kill();
            for (int version = 2; version <= 50; version++) {
                outbox.write("todo", "a", version);
                outbox.write("todo", "b" + version, 1);
            }
            broker.start();

            await().atMost(Duration.ofSeconds(60)).until(() -> outbox.pending() == 0);
            Map<String, List<Long>> versions = outbox.versions(outbox.topic("todo"));
            assertThat(versions.get("a").stream().distinct().toList())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 50).boxed().toList());
            assertThat(versions).hasSize(50);
            assertThat(outbox.jdbc.queryForObject("SELECT max(retry_count) FROM outbox", Integer.class))
                    .isZero();
        }
    }
}
