package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PageOrderTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    /** The servers order these ids as they are listed. As signed numbers, each second one would be negative. */
    private static final List<UUID> IDS = List.of(
            UUID.fromString("00000000-0000-0000-0000-000000000001"),
            UUID.fromString("00000000-0000-0000-8000-000000000001"),
            UUID.fromString("7fffffff-0000-0000-0000-000000000001"),
            UUID.fromString("80000000-0000-0000-0000-000000000001"));

    @Test
    void aShuffledPageIsSortedByCreationTimeAndUnsignedId() {
        List<OutboxRow> ordered = new ArrayList<>();
        for (Instant createdAt : List.of(Instant.MIN, NOW, NOW.plusNanos(1_000), Instant.MAX)) {
            IDS.forEach(id -> ordered.add(row(3, createdAt, id)));
        }
        List<OutboxRow> rows = new ArrayList<>(ordered);
        Collections.shuffle(rows, new Random(1));
        assertThat(rows).isNotEqualTo(ordered);

        PageOrder.restore(rows);

        assertThat(rows).containsExactlyElementsOf(ordered);
    }

    @Test
    void pagesThatAreOrderedWithinTheirShardsStayAsTheyAre() {
        List<OutboxRow> ordered = List.of(
                row(3, NOW, IDS.get(0)),
                row(3, NOW, IDS.get(3)),
                row(2, NOW.minusSeconds(1), IDS.get(1)),
                row(3, NOW.plusSeconds(1), IDS.get(2)),
                row(2, NOW, IDS.get(0)));
        List<OutboxRow> rows = new ArrayList<>(ordered);

        PageOrder.restore(rows);

        assertThat(rows).containsExactlyElementsOf(ordered);
    }

    private static OutboxRow row(int shard, Instant createdAt, UUID id) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(shard, "todo", "a"), 1, id, "todo.updated", json, json, createdAt, 0, null, NOW, 0);
    }
}
