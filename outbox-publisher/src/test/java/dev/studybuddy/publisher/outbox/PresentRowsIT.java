package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PresentRowsIT {

    private static final int SHARD = 3;
    private static final int OTHER_SHARD = 4;

    @Test
    void aPageFromAnInstantOmitsTheRowsInMemory() {
        try (TestDatabase database = OutboxDatabases.newDatabase()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            OutboxQueries table =
                    new JdbcOutboxQueries(jdbc, System::nanoTime, Duration.ofSeconds(2), Duration.ofSeconds(1));
            UUID first = insert(jdbc, SHARD, 1);
            UUID second = insert(jdbc, SHARD, 2);
            UUID third = insert(jdbc, SHARD, 3);
            UUID other = insert(jdbc, OTHER_SHARD, 4);

            assertThat(read(table, 2, List.of(second)))
                    .as("the limit counts no omitted row")
                    .containsExactly(first, third);
            assertThat(read(table, 2, List.of())).containsExactly(first, second);
            assertThat(read(table, 8, List.of(first, second, third))).isEmpty();
            assertThat(table.readPages(
                            List.of(request(SHARD, 8, List.of(first, other)), request(OTHER_SHARD, 8, List.of()))))
                    .as("each page has rows in memory of its own")
                    .extracting(OutboxRow::id)
                    .containsExactly(second, third, other);
        }
    }

    private static List<UUID> read(OutboxQueries table, int limit, List<UUID> present) {
        return table.readPages(List.of(request(SHARD, limit, present))).stream()
                .map(OutboxRow::id)
                .toList();
    }

    private static PageRequest request(int shard, int limit, List<UUID> present) {
        return new PageRequest(shard, IndexPosition.START, null, limit, present);
    }

    /** Inserts a row with a creation time of this number of seconds. */
    private static UUID insert(JdbcTemplate jdbc, int shard, int second) {
        UUID id = UUID.randomUUID();
        jdbc.update(
                "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,"
                        + " created_at) VALUES (?, 'todo', ?, 1, ?, 'todo.created', '{}',"
                        + " TIMESTAMPTZ '2026-11-27 10:00:00Z' + ? * INTERVAL '1 second')",
                shard,
                id.toString(),
                id,
                second);
        return id;
    }
}
