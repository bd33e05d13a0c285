package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Polls a shard whose newest row follows a skipped row. */
class SkippedFollowersTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final int SHARD = 3;
    private static final Duration TIME = Duration.ofSeconds(5);
    /** The interval of polls grows from 100 ms to 500 ms. */
    private static final int MOST_POLLS = 30;

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration SPACING = Duration.ofMillis(5);
    private static final Duration SPACING_AFTER_ROWS = SPACING.multipliedBy(3);
    private static final OutboxRow SKIPPED = row("a", 1, NOW.plusSeconds(60));
    private static final OutboxRow FOLLOWER = row("a", 2, null);

    private final Table table = new Table();
    private final Ordering ordering = new Ordering(settings().memory().orderingBounds());
    private final OutboxReader reader = new OutboxReader(
            settings(),
            table,
            ordering,
            new UnavailableDestinations(settings().backoff(), aggregate -> 0),
            OwnedShards.of(NOW, SHARD),
            new NoStartingPoints(),
            () -> table.clockNanos,
            new NoOpListener());

    @BeforeEach
    void skipARow() {
        reader.cursors().update(0, type -> null);
        assertThat(reader.readNextPage(0)).as("the backlog was read").isTrue();
        ordering.deferred().defer(new Aggregate(SHARD, "todo", "deferred"), 1, Long.MAX_VALUE);
        assertThat(ordering.admit(SKIPPED, 0)).isEqualTo(Ordering.Admission.SKIPPED);
        table.polled = List.of(FOLLOWER);
    }

    @Test
    void aFollowerOfASkippedRowCausesNoImmediatePolls() {
        pollUntil(TIME.toNanos());

        assertThat(table.polls).isBetween(2, MOST_POLLS);
        assertThat(ordering.size()).as("rows in memory").isZero();
    }

    @Test
    void aNewRowBesideAFollowerCausesAnImmediatePoll() {
        long nowNanos = TIME.toNanos();
        pollUntil(nowNanos);
        table.polled = List.of(FOLLOWER, row("b", 1, null));

        reader.poll(nowNanos, PollSchedule.ALL);

        long nextNanos = nowNanos + SPACING_AFTER_ROWS.toNanos();
        assertThat(reader.dueShards(nextNanos - 1)).isZero();
        assertThat(reader.dueShards(nextNanos)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void slowPollsOfNewRowsDelayNoPollAfterWakeUpsReadFollowers() {
        table.pollNanos = Duration.ofMillis(250).toNanos();
        long nowNanos = TIME.toNanos();

        pollFollowerAndNewRow(0, row("b", 1, null));
        pollFollowerAndNewRow(nowNanos, row("c", 1, null));

        long nextNanos = nowNanos + INTERVAL.toNanos();
        assertThat(reader.dueShards(nextNanos - 1)).isZero();
        assertThat(reader.dueShards(nextNanos)).isEqualTo(PollSchedule.ALL);
    }

    /** Polls the shard, whose only row leaves memory as a follower, and then all shards, which have one new row. */
    private void pollFollowerAndNewRow(long nowNanos, OutboxRow newRow) {
        table.polled = List.of(FOLLOWER);
        assertThat(reader.poll(nowNanos, 1L << SHARD)).isTrue();
        assertThat(reader.predecessors().check(nowNanos)).isTrue();
        table.polled = List.of(newRow);
        assertThat(reader.poll(nowNanos, PollSchedule.ALL)).isTrue();
    }

    /** Polls from the start up to a time as soon as shards are due, and checks the predecessors after each poll. */
    private void pollUntil(long endNanos) {
        for (long nowNanos = 0; nowNanos < endNanos; nowNanos += SPACING.toNanos()) {
            if (reader.poll(nowNanos, reader.dueShards(nowNanos))) {
                assertThat(reader.predecessors().check(nowNanos)).isTrue();
            }
        }
    }

    private static OutboxRow row(String id, long version, @Nullable Instant nextAttemptAt) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(SHARD, "todo", id),
                version,
                UUID.nameUUIDFromBytes(TestBytes.utf8(id + version)),
                "todo.updated",
                json,
                json,
                NOW,
                0,
                nextAttemptAt,
                NOW,
                0);
    }

    private static PublishSettings settings() {
        return new PublishSettings(
                new PublishSettings.Polling(
                        INTERVAL,
                        Duration.ofMillis(500),
                        SPACING,
                        Duration.ofMillis(20),
                        64,
                        DataSize.ofMegabytes(8),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofHours(1),
                        Duration.ofSeconds(60)),
                new PublishSettings.Memory(10_000, DataSize.ofMegabytes(64), 10_000, 1000, 1, 10_000, 16_000_000, 100),
                new PublishSettings.Attempts(5, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                Backoff.between(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    private static final class Table extends StubQueries {

        private List<OutboxRow> polled = List.of();
        private int polls;
        /** Each poll advances the clock by this time. */
        private long pollNanos;

        private long clockNanos;

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            polls++;
            clockNanos += pollNanos;
            return polled;
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            return List.of();
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            return List.of(new PredecessorRow(predecessors.getFirst(), SKIPPED));
        }
    }
}
