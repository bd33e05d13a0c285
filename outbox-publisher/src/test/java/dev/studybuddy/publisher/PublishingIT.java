package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.outbox.WakeUp;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class PublishingIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void anEventArrivesWithItsHeadersAndItsRowHoldsTheKafkaPosition() throws Exception {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            String id = UUID.randomUUID().toString();
            UUID event = UUID.randomUUID();
            fixture.jdbc.update(
                    "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,"
                            + " payload, headers) VALUES (?, 'todo', ?, 1, ?, 'todo.created', '{\"a\": 1}',"
                            + " '{\"traceparent\": \"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}')",
                    Shards.of("todo", id),
                    id,
                    event);
            fixture.start();

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            List<ConsumerRecord<String, byte[]>> records = fixture.records(fixture.topic("todo"));
            assertThat(records).hasSize(1);
            ConsumerRecord<String, byte[]> record = records.getFirst();
            assertThat(record.key()).isEqualTo(id);
            assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"a\": 1}");
            assertThat(PublisherFixture.header(record, EventHeaders.ID)).isEqualTo(event.toString());
            assertThat(PublisherFixture.header(record, EventHeaders.TYPE)).isEqualTo("todo.created");
            assertThat(PublisherFixture.header(record, EventHeaders.SUBJECT)).isEqualTo(id);
            assertThat(PublisherFixture.header(record, EventHeaders.SCHEMA_VERSION))
                    .isEqualTo("1");
            assertThat(PublisherFixture.header(record, EventHeaders.AGGREGATE_VERSION))
                    .isEqualTo("1");
            assertThat(PublisherFixture.header(record, EventHeaders.TRACE_PARENT))
                    .as("without an exporter, the record keeps the context of its row")
                    .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            assertThat(fixture.jdbc.queryForMap("SELECT sent_partition, sent_offset FROM outbox"))
                    .containsEntry("sent_partition", (long) record.partition())
                    .containsEntry("sent_offset", record.offset());
        }
    }

    @Test
    void aLateCommitIsSentBeforeItsSuccessors() throws Exception {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.start();
            String late = UUID.randomUUID().toString();
            fixture.write("todo", late, 1);
            try (Connection open = fixture.open()) {
                // Version 2 is written in a transaction that stays open, so it commits after later events of other
                // aggregates.
                fixture.write(new JdbcTemplate(new SingleConnectionDataSource(open, true)), "todo", late, 2, "{}");
                String other = UUID.randomUUID().toString();
                fixture.write("todo", other, 1);
                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
                open.commit();
            }
            fixture.write("todo", late, 3);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")).get(late)).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void manyVersionsOfOneAggregateAreSentInOrderAmongOtherAggregates() throws Exception {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            String hot = UUID.randomUUID().toString();
            fixture.jdbc.update(
                    "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,"
                            + " payload) SELECT ?, 'todo', ?, v, gen_random_uuid(), 'todo.updated', '{}'"
                            + " FROM generate_series(1, 700) AS v",
                    Shards.of("todo", hot),
                    hot);
            for (int i = 0; i < 50; i++) {
                fixture.write("user", "u" + i, 1);
            }
            fixture.start();

            await().atMost(Duration.ofSeconds(60)).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")).get(hot))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 700).boxed().toList());
            assertThat(fixture.versions(fixture.topic("user"))).hasSize(50);
        }
    }

    @Test
    void aWakeUpTriggersAPollAtOnce() throws Exception {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                DatagramSocket socket = new DatagramSocket()) {
            fixture.set("publisher.polling.interval", "30s").set("publisher.polling.idle-interval", "30s");
            fixture.set("publisher.polling.sweep-interval", "60s");
            fixture.write("todo", "first", 1);
            fixture.start();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            fixture.write("todo", "second", 1);
            String address = fixture.jdbc.queryForObject("SELECT address FROM outbox_publisher", String.class);
            int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
            byte[] wakeUp = WakeUp.of(Shards.of("todo", "second")).encode();
            socket.send(new DatagramPacket(
                    wakeUp, wakeUp.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));

            // Without the wake-up, the next poll follows after 30 s.
            await().atMost(Duration.ofSeconds(15)).until(() -> fixture.pending() == 0);
        }
    }
}
