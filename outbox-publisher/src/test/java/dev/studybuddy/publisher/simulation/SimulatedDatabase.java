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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The outbox table: what is committed is seen by every statement that begins later. */
final class SimulatedDatabase implements OutboxTable {

    static final Comparator<OutboxRow> PAGE_ORDER =
            Comparator.comparing(OutboxRow::createdAt).thenComparing(OutboxRow::id);

    private final SimulatedClock clock;
    private final Disturbance disturbance;
    final SimulatedLeases leases;
    private final Map<UUID, Stored> rows = new LinkedHashMap<>();
    private final List<List<Stored>> byShard = IntStream.range(0, Shards.COUNT)
            .<List<Stored>>mapToObj(shard -> new ArrayList<>())
            .toList();

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

    SimulatedDatabase(SimulatedClock clock, Disturbance disturbance, SimulatedLeases leases) {
        this.clock = clock;
        this.disturbance = disturbance;
        this.leases = leases;
    }

    /** A row of a transaction that began now and is not committed yet. */
    Stored write(Aggregate aggregate, long version, UUID id) {
        Stored row = new Stored(aggregate, version, id, clock.databaseNow());
        rows.put(id, row);
        byShard.get(aggregate.shard()).add(row);
        return row;
    }

    /** Every row that is still there. */
    Stream<Stored> rows() {
        return rows.values().stream();
    }

    /** Retention takes a row. */
    void delete(Stored row) {
        rows.remove(row.id);
        byShard.get(row.aggregate.shard()).remove(row);
    }

    /** An operator lets a dead-lettered row go again. */
    void retry(Stored row) {
        row.processed = false;
        row.deadLettered = false;
        row.retryCount = 0;
        row.nextAttemptAt = null;
        leases.requestSweep(row.aggregate.shard());
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
                clock.databaseNow(),
                clock.getAsLong());
    }

    /** The same row, for another aggregate. */
    static OutboxRow as(Aggregate aggregate, OutboxRow row) {
        return new OutboxRow(
                aggregate,
                row.version(),
                row.id(),
                row.eventType(),
                row.payload(),
                row.headers(),
                row.createdAt(),
                row.retryCount(),
                row.nextAttemptAt(),
                row.readAt(),
                row.readNanos());
    }

    @Override
    public List<OutboxRow> readPages(List<PageRequest> requests) {
        return disturbance.of(() -> {
            List<OutboxRow> page = new ArrayList<>();
            for (PageRequest request : requests) {
                byShard.get(request.shard()).stream()
                        .filter(row -> row.pending() && isAfter(row, request))
                        .sorted(Comparator.comparing((Stored row) -> row.createdAt)
                                .thenComparing(row -> row.id))
                        .limit(request.limit())
                        .forEach(row -> page.add(read(row)));
            }
            return page;
        });
    }

    @Override
    public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
        return readPages(requests);
    }

    private static boolean isAfter(Stored row, PageRequest request) {
        int time = row.createdAt.compareTo(request.after().createdAt());
        return time > 0 || (time == 0 && row.id.compareTo(request.after().id()) > 0);
    }

    @Override
    public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
        return disturbance.of(() -> {
            List<PredecessorRow> found = new ArrayList<>();
            for (Predecessor asked : predecessors) {
                byShard.get(asked.aggregate().shard()).stream()
                        .filter(row -> row.committed
                                && row.aggregate.equals(asked.aggregate())
                                && row.version == asked.version())
                        .forEach(row -> found.add(new PredecessorRow(asked, row.processed ? null : read(row))));
            }
            return found;
        });
    }

    @Override
    public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
        return disturbance.of(() -> byShard.get(aggregate.shard()).stream()
                .filter(row -> row.pending() && row.aggregate.equals(aggregate) && row.version >= version)
                .sorted(Comparator.comparingLong((Stored row) -> row.version).thenComparing(row -> row.id))
                .limit(limit)
                .map(this::read)
                .toList());
    }

    /** Marks one row. */
    void process(UUID id) {
        Stored row = rows.get(id);
        if (row != null) {
            row.processed = true;
        }
    }

    /** What the writes of an instance do when they reach the table. */
    Writes.Result write(String instance, Writes.Batch batch) {
        int repeats = 0;
        for (Writes.Mark mark : batch.marks()) {
            Stored row = rows.get(mark.row().id());
            repeats += row == null || row.processed ? 1 : 0;
            process(mark.row().id());
        }
        List<UUID> fenced = new ArrayList<>();
        for (Writes.Failure failure : batch.failures()) {
            Stored row = rows.get(failure.row().id());
            if (row == null || row.processed || !leases.owns(instance, row.aggregate.shard(), failure.epoch())) {
                fenced.add(failure.row().id());
                continue;
            }
            row.retryCount = failure.row().retryCount() + 1;
            switch (failure) {
                case Writes.Failure.Attempt attempt ->
                    row.nextAttemptAt = clock.databaseNow().plus(attempt.delay());
                case Writes.Failure.DeadLetter dead -> {
                    row.processed = true;
                    row.deadLettered = true;
                }
            }
        }
        return new Writes.Result.Written(repeats, fenced);
    }
}
