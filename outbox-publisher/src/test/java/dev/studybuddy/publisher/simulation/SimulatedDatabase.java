package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.publish.Aggregate;
import dev.studybuddy.publisher.publish.OutboxRow;
import dev.studybuddy.publisher.publish.OutboxTable;
import dev.studybuddy.publisher.publish.PageRequest;
import dev.studybuddy.publisher.publish.Predecessor;
import dev.studybuddy.publisher.publish.PredecessorRow;
import dev.studybuddy.publisher.publish.Writes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The outbox table: what is committed is seen by every statement that begins later. */
final class SimulatedDatabase implements OutboxTable {

    private static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");

    private final LongSupplier nanos;
    private final Random random;
    final SimulatedLeases leases;
    final List<Stored> rows = new ArrayList<>();

    /** A stored row. */
    static final class Stored {
        final Aggregate aggregate;
        final long version;
        final UUID id;
        final Instant createdAt;
        boolean committed;
        boolean processed;
        boolean deadLettered;
        int retryCount;

        @Nullable
        Instant nextAttemptAt;

        Stored(Aggregate aggregate, long version, UUID id, Instant createdAt) {
            this.aggregate = aggregate;
            this.version = version;
            this.id = id;
            this.createdAt = createdAt;
        }

        boolean pending() {
            return committed && !processed;
        }
    }

    SimulatedDatabase(LongSupplier nanos, Random random, SimulatedLeases leases) {
        this.nanos = nanos;
        this.random = random;
        this.leases = leases;
    }

    Instant now() {
        return EPOCH.plusNanos(nanos.getAsLong() / 1000 * 1000);
    }

    /** A row of a transaction that began now and is not committed yet. */
    Stored write(String id, long version) {
        Aggregate aggregate = new Aggregate(Shards.of("todo", id), "todo", id);
        Stored row = new Stored(aggregate, version, new UUID(random.nextLong(), random.nextLong()), now());
        rows.add(row);
        return row;
    }

    private OutboxRow read(Stored row) {
        return new OutboxRow(
                row.aggregate,
                row.version,
                row.id,
                "todo.updated",
                "{}",
                "{}",
                row.createdAt,
                row.retryCount,
                row.nextAttemptAt,
                now(),
                nanos.getAsLong());
    }

    @Override
    public List<OutboxRow> pages(List<PageRequest> requests) {
        List<OutboxRow> page = new ArrayList<>();
        for (PageRequest request : requests) {
            rows.stream()
                    .filter(row -> row.aggregate.shard() == request.shard() && row.pending())
                    .filter(row -> isAfter(row, request))
                    .sorted(Comparator.comparing((Stored row) -> row.createdAt).thenComparing(row -> row.id))
                    .limit(request.limit())
                    .forEach(row -> page.add(read(row)));
        }
        return page;
    }

    private static boolean isAfter(Stored row, PageRequest request) {
        int time = row.createdAt.compareTo(request.after().createdAt());
        return time > 0 || (time == 0 && row.id.compareTo(request.after().id()) > 0);
    }

    @Override
    public List<PredecessorRow> predecessors(List<Predecessor> predecessors) {
        List<PredecessorRow> found = new ArrayList<>();
        for (Predecessor asked : predecessors) {
            rows.stream()
                    .filter(row ->
                            row.committed && row.aggregate.equals(asked.aggregate()) && row.version == asked.version())
                    .forEach(row -> found.add(new PredecessorRow(asked, row.processed ? null : read(row))));
        }
        return found;
    }

    @Override
    public List<OutboxRow> pendingFrom(Aggregate aggregate, long version, int limit) {
        return rows.stream()
                .filter(row -> row.pending() && row.aggregate.equals(aggregate) && row.version >= version)
                .sorted(Comparator.comparingLong((Stored row) -> row.version).thenComparing(row -> row.id))
                .limit(limit)
                .map(this::read)
                .toList();
    }

    /** What the writes of an instance do when they reach the table. */
    Writes.Result write(String instance, Writes.Batch batch) {
        int repeats = 0;
        for (Writes.Mark mark : batch.marks()) {
            Stored row = find(mark.row().id());
            repeats += row.processed ? 1 : 0;
            row.processed = true;
        }
        List<UUID> fenced = new ArrayList<>();
        for (Writes.Failure failure : batch.failures()) {
            Stored row = find(failure.row().id());
            if (row.processed || !leases.owns(instance, row.aggregate.shard(), failure.epoch())) {
                fenced.add(row.id);
                continue;
            }
            row.retryCount = failure.row().retryCount() + 1;
            switch (failure) {
                case Writes.Failure.Attempt attempt -> row.nextAttemptAt = now().plus(attempt.delay());
                case Writes.Failure.DeadLetter dead -> {
                    row.processed = true;
                    row.deadLettered = true;
                }
            }
        }
        return new Writes.Result.Written(repeats, fenced);
    }

    private Stored find(UUID id) {
        return rows.stream().filter(row -> row.id.equals(id)).findFirst().orElseThrow();
    }
}
