package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.AcknowledgementSettings;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Simulates the outbox table. Every statement reads the rows that are committed when it takes effect. */
final class SimulatedDatabase implements OutboxQueries {

    static final Comparator<OutboxRow> PAGE_ORDER =
            Comparator.comparing(OutboxRow::createdAt).thenComparing(OutboxRow::id);

    /** Each version that is a multiple of this number has a long content, which only {@link #readContents} returns. */
    private static final int PARTIAL_VERSIONS = 3;

    private static final long CONTENT_BYTES = 4_000;

    private final SimulatedClock clock;
    private final DatabaseFaults databaseFaults;
    final SimulatedLeases leases;
    /** Counts the rows that were requested by their keys. */
    long rowsReadByKey;

    private final Map<UUID, Stored> rows = new LinkedHashMap<>();
    private final List<List<Stored>> byShard = IntStream.range(0, Shards.COUNT)
            .<List<Stored>>mapToObj(shard -> new ArrayList<>())
            .toList();

    /** A stored row holds the columns that the publisher reads or writes. */
    static final class Stored {
        final Aggregate aggregate;
        final long version;
        final UUID id;
        final Instant createdAt;
        boolean committed;
        boolean processed;
        boolean deadLettered;
        int retryCount;
        long lockedUntilNanos;

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

    SimulatedDatabase(SimulatedClock clock, DatabaseFaults databaseFaults, SimulatedLeases leases) {
        this.clock = clock;
        this.databaseFaults = databaseFaults;
        this.leases = leases;
    }

    /** Adds a row of a transaction that begins now and is not committed yet. */
    Stored write(Aggregate aggregate, long version, UUID id) {
        Stored row = new Stored(aggregate, version, id, clock.databaseNow());
        rows.put(id, row);
        byShard.get(aggregate.shard()).add(row);
        return row;
    }

    /** Returns every row that is not deleted. */
    Stream<Stored> rows() {
        return rows.values().stream();
    }

    /** Deletes a row, as retention does. */
    void delete(Stored row) {
        rows.remove(row.id);
        byShard.get(row.aggregate.shard()).remove(row);
    }

    /** Makes a dead-lettered row pending again, as an operator does. */
    void retry(Stored row) {
        row.processed = false;
        row.deadLettered = false;
        row.retryCount = 0;
        row.nextAttemptAt = null;
        leases.requestSweep(row.aggregate.shard());
    }

    private OutboxRow read(Stored row) {
        OutboxRow read = complete(row);
        return row.version % PARTIAL_VERSIONS == 0 ? read.toPartial() : read;
    }

    private OutboxRow complete(Stored row) {
        return new OutboxRow(
                row.aggregate,
                row.version,
                row.id,
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                row.createdAt,
                row.retryCount,
                row.nextAttemptAt,
                clock.databaseNow(),
                clock.nanos());
    }

    /** Returns a copy of the row that belongs to the given aggregate. */
    static OutboxRow withAggregate(Aggregate aggregate, OutboxRow row) {
        return new OutboxRow(
                new RowKey(aggregate, row.version(), row.id()),
                row.eventType(),
                row.payload(),
                row.headers(),
                row.createdAt(),
                row.retryCount(),
                row.nextAttemptAt(),
                row.readAt(),
                row.readNanos(),
                row.contentFault());
    }

    @Override
    public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
        return databaseFaults.run(() -> rows.stream()
                .map(row -> this.rows.containsKey(row.id()) ? CONTENT_BYTES : GONE)
                .toList());
    }

    @Override
    public List<OutboxRow> readContents(List<OutboxRow> rows) {
        return databaseFaults.run(() -> rows.stream()
                .map(row -> this.rows.containsKey(row.id())
                        ? row.complete("todo.updated", TestBytes.utf8("{}"), TestBytes.utf8("{}"))
                        : row)
                .toList());
    }

    @Override
    public List<OutboxRow> readPages(List<PageRequest> requests) {
        return databaseFaults.run(() -> {
            List<OutboxRow> page = new ArrayList<>();
            for (PageRequest request : requests) {
                List<Stored> rows = request.shard() == PageRequest.NO_SHARD ? List.of() : byShard.get(request.shard());
                rows.stream()
                        .filter(row -> row.pending() && isAfter(row, request))
                        .sorted(Comparator.comparing((Stored row) -> row.createdAt)
                                .thenComparing(row -> row.id))
                        .filter(row -> !request.present().contains(row.id))
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
        boolean inSlice = request.upTo() == null || !row.createdAt.isAfter(request.upTo());
        return inSlice
                && (time > 0 || (time == 0 && row.id.compareTo(request.after().id()) > 0));
    }

    @Override
    public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
        return databaseFaults.run(() -> {
            List<PredecessorRow> found = new ArrayList<>();
            for (Predecessor predecessor : predecessors) {
                byShard.get(predecessor.aggregate().shard()).stream()
                        .filter(row -> row.committed
                                && row.aggregate.equals(predecessor.aggregate())
                                && row.version == predecessor.version())
                        .forEach(row -> found.add(new PredecessorRow(predecessor, row.processed ? null : read(row))));
            }
            return found;
        });
    }

    @Override
    public List<OutboxRow> readRows(List<RowKey> keys) {
        rowsReadByKey += keys.size();
        return databaseFaults.run(() -> {
            List<OutboxRow> found = new ArrayList<>();
            for (RowKey key : keys) {
                Stored row = rows.get(key.id());
                if (row != null
                        && row.pending()
                        && row.aggregate.equals(key.aggregate())
                        && row.version == key.version()) {
                    found.add(read(row));
                }
            }
            return found;
        });
    }

    @Override
    public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
        return databaseFaults.run(() -> byShard.get(aggregate.shard()).stream()
                .filter(row -> row.pending() && row.aggregate.equals(aggregate) && row.version >= version)
                .sorted(Comparator.comparingLong((Stored row) -> row.version).thenComparing(row -> row.id))
                .limit(limit)
                .map(this::read)
                .toList());
    }

    /** Marks one row as processed. */
    void markProcessed(UUID id) {
        Stored row = rows.get(id);
        if (row != null) {
            row.processed = true;
        }
    }

    /**
     * Locks some pending rows as a transaction of another program does, until a time. A batch with a locked row cannot
     * be written.
     */
    void lockPending(Random random, long untilNanos) {
        rows.values().stream()
                .filter(row -> row.pending() && random.nextInt(4) == 0)
                .forEach(row -> row.lockedUntilNanos = untilNanos);
    }

    /** Unlocks every row. */
    void unlockAll() {
        rows.values().forEach(row -> row.lockedUntilNanos = 0);
    }

    private boolean hasLockedRow(OutboxWriter.Batch batch) {
        return Stream.concat(
                        batch.marks().stream().map(OutboxWriter.Mark::row),
                        batch.failures().stream().map(OutboxWriter.Failure::row))
                .map(row -> rows.get(row.id()))
                .anyMatch(row -> row != null && clock.nanos() < row.lockedUntilNanos);
    }

    /** Applies a batch of an instance to the table. */
    OutboxWriter.Result write(String instance, AcknowledgementSettings.Action action, OutboxWriter.Batch batch) {
        if (hasLockedRow(batch)) {
            return new OutboxWriter.Result.Failed(OutboxWriter.Reason.LOCKED, new IllegalStateException("locked"));
        }
        int repeats = 0;
        for (OutboxWriter.Mark mark : batch.marks()) {
            Stored row = rows.get(mark.row().id());
            if (row == null || row.processed) {
                repeats++;
            } else if (action == AcknowledgementSettings.Action.DELETE) {
                delete(row);
            } else {
                row.processed = true;
            }
        }
        List<RowKey> fenced = new ArrayList<>();
        for (OutboxWriter.Failure failure : batch.failures()) {
            Stored row = rows.get(failure.row().id());
            if (row == null || row.processed || !leases.owns(instance, row.aggregate.shard(), failure.epoch())) {
                fenced.add(failure.row().key());
                continue;
            }
            row.retryCount = failure.row().retryCount() + 1;
            switch (failure) {
                case OutboxWriter.Failure.Attempt attempt ->
                    row.nextAttemptAt = clock.databaseNow().plus(attempt.delay());
                case OutboxWriter.Failure.DeadLetter deadLetter -> {
                    row.processed = true;
                    row.deadLettered = true;
                }
            }
        }
        return new OutboxWriter.Result.Written(repeats, fenced, 0);
    }
}
