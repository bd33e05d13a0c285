package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxRetentionIT {

    @Test
    void retentionDeletesOldProcessedRowsButNoPendingOrDeadLetteredRows() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            // The publisher sends nothing, because the topics are absent and it may not create them.
            fixture.set("publisher.topics.create", false)
                    .set("publisher.retention.page", 10)
                    .set("publisher.retention.page-wait", "1ms")
                    .set("publisher.retention.rest", "100ms");
            for (int i = 0; i < 100; i++) {
                fixture.write("old", "o" + i, 1);
                fixture.write("young", "y" + i, 1);
                fixture.write("pending", "p" + i, 1);
                fixture.write("dead", "d" + i, 1);
            }
            fixture.jdbc.update("UPDATE outbox SET processed = true, processed_at = now() - INTERVAL '8 days'"
                    + " WHERE aggregate_type IN ('old', 'dead')");
            fixture.jdbc.update("UPDATE outbox SET dead_lettered_at = now() - INTERVAL '8 days'"
                    + " WHERE aggregate_type = 'dead'");
            fixture.jdbc.update("UPDATE outbox SET processed = true, processed_at = now() - INTERVAL '6 days'"
                    + " WHERE aggregate_type = 'young'");
            fixture.jdbc.update("UPDATE outbox SET created_at = now() - INTERVAL '30 days'");
            fixture.start();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.jdbc.queryForObject(
                                    "SELECT count(*) FROM outbox WHERE aggregate_type = 'old'", Integer.class)
                            == 0);
            assertThat(fixture.jdbc.queryForList(
                            "SELECT aggregate_type || count(*) FROM outbox GROUP BY aggregate_type ORDER BY 1",
                            String.class))
                    .isEqualTo(List.of("dead100", "pending100", "young100"));
        }
    }

    @Test
    void aLockedRowStopsTheRetentionOfNoOtherShard() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.set("publisher.topics.create", false)
                    .set("publisher.retention.page-wait", "1ms")
                    .set("publisher.retention.rest", "100ms");
            for (int i = 0; i < 100; i++) {
                fixture.write("old", "o" + i, 1);
            }
            fixture.jdbc.update("UPDATE outbox SET processed = true, processed_at = now() - INTERVAL '8 days'");
            try (Connection operator = fixture.open();
                    Statement statement = operator.createStatement()) {
                statement.execute("SELECT id FROM outbox WHERE shard = (SELECT min(shard) FROM outbox) FOR UPDATE");
                fixture.start();

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> fixture.jdbc.queryForObject("SELECT count(DISTINCT shard) FROM outbox", Long.class)
                                == 1);
                operator.rollback();
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.jdbc.queryForObject("SELECT count(*) FROM outbox", Long.class) == 0);
        }
    }
}
