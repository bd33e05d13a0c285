package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class InFlightRowsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private final InFlightRows rows =
            new InFlightRows(new PublishSettings.Memory(100, DataSize.ofMegabytes(1), 10, 10, 10, 2, 1_000, 10));

    @Test
    void theOldestRowWithoutAnOutcomeDeterminesTheAge() {
        rows.recordRound(-SECOND);
        rows.add(row(1));
        rows.recordRound(0);
        rows.add(row(2));
        rows.recordRound(SECOND);
        assertThat(rows.longestNanos()).isEqualTo(2 * SECOND);

        rows.remove(row(1));
        assertThat(rows.longestNanos()).isEqualTo(SECOND);
        rows.remove(row(2));
        assertThat(rows.longestNanos()).isZero();
    }

    @Test
    void theTimeOfAFrozenProcessDoesNotCount() {
        rows.recordRound(0);
        rows.add(row(1));

        rows.recordRound(60 * SECOND);

        assertThat(rows.longestNanos()).isEqualTo(SECOND);
    }

    @Test
    void theNumberOfRowsIsBounded() {
        rows.add(row(1));
        assertThat(rows.hasRoom()).isTrue();
        rows.add(row(2));
        assertThat(rows.hasRoom()).isFalse();
        rows.remove(row(1));
        assertThat(rows.hasRoom()).isTrue();
    }

    @Test
    void theBytesOfTheRowsAreBounded() {
        long bytes = 2L * row(1).approximateBytes();
        InFlightRows bounded = new InFlightRows(
                new PublishSettings.Memory(100, DataSize.ofMegabytes(1), 10, 10, 10, 1_000, bytes, 10));

        bounded.add(row(1));
        assertThat(bounded.hasRoom()).isTrue();
        bounded.add(row(2));
        assertThat(bounded.hasRoom()).isFalse();
        bounded.remove(row(1));
        assertThat(bounded.hasRoom()).isTrue();
    }

    private static OutboxRow row(int n) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(1, "todo", "a" + n), 1, new UUID(0, n), "todo.updated", json, json, NOW, 0, null, NOW, 0);
    }
}
