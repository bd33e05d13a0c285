package dev.studybuddy.api.operations.verify;

import com.mongodb.client.MongoCursor;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Compares rows with mirrors: either all of a type, as two streams in the order of their ids, or one page of rows. */
final class MirrorCheck {

    private static final int PAGE_SIZE = 500;

    private final Snapshots snapshots;
    private final RetryingTransactions transactions;
    private final ReadGeneration generation;
    private final DeliveryBarrier deliveryBarrier;
    private final JobContext job;
    private long unsettled;

    MirrorCheck(
            Snapshots snapshots,
            RetryingTransactions transactions,
            ReadGeneration generation,
            DeliveryBarrier deliveryBarrier,
            JobContext job) {
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.generation = generation;
        this.deliveryBarrier = deliveryBarrier;
        this.job = job;
    }

    /** Returns the number of differences that were not confirmed, because their events were not applied in time. */
    long unsettled() {
        return unsettled;
    }

    /**
     * Compares all aggregates of a type.
     *
     * @param compared accepts the number of aggregates of each step
     * @param drift accepts each confirmed difference
     */
    void compareAll(AggregateType type, LongConsumer compared, Consumer<Drift> drift) {
        Rows table = new Rows(type);
        try (MongoCursor<Document> mirrors = generation
                .mirrors(type)
                .find()
                .sort(new Document("_id", 1))
                .batchSize(PAGE_SIZE)
                .cursor()) {
            AggregateState row = table.next();
            Mirror mirror = next(type, mirrors);
            while (row != null || mirror != null) {
                int order = row == null ? 1 : mirror == null ? -1 : row.id().compareTo(mirror.id());
                AggregateState left = order <= 0 ? row : null;
                Mirror right = order >= 0 ? mirror : null;
                MirrorComparison.of(type, left, right)
                        .flatMap(suspect -> recheck(type, suspect.id()))
                        .ifPresent(drift);
                compared.accept(1);
                row = order <= 0 ? table.next() : row;
                mirror = order >= 0 ? next(type, mirrors) : mirror;
            }
        }
    }

    /** Compares the next rows after the id {@code from}, at most {@code limit} of them, with their mirrors. */
    void comparePage(AggregateType type, UUID from, int limit, Consumer<Drift> drift) {
        List<AggregateState> page =
                transactions.run(() -> snapshots.source(type).page(from, limit));
        for (AggregateState row : page) {
            MirrorComparison.of(type, row, mirror(type, row.id()))
                    .flatMap(suspect -> recheck(type, suspect.id()))
                    .ifPresent(drift);
        }
    }

    /** Compares one aggregate again after its events are applied. */
    private Optional<Drift> recheck(AggregateType type, String id) {
        AggregateState row = row(type, id);
        if (!deliveryBarrier.await(type, id, row == null ? Long.MAX_VALUE : row.version())) {
            unsettled++;
            return Optional.empty();
        }
        Mirror mirror = mirror(type, id);
        Optional<Drift> drift = MirrorComparison.of(type, row, mirror);
        if (drift.isPresent() && mirror != null && mirror.version() > (row == null ? 0 : row.version())) {
            // A transaction may have changed the row while this check waited for its events.
            AggregateState now = row(type, id);
            boolean changed = now == null ? row != null : row == null || now.version() > row.version();
            return changed ? Optional.empty() : drift;
        }
        return drift;
    }

    private @Nullable AggregateState row(AggregateType type, String id) {
        return transactions
                .run(() -> snapshots.source(type).find(UUID.fromString(id)))
                .orElse(null);
    }

    private @Nullable Mirror mirror(AggregateType type, String id) {
        Document found = generation.mirrors(type).find(new Document("_id", id)).first();
        return found == null ? null : Mirror.of(type, found);
    }

    private @Nullable Mirror next(AggregateType type, MongoCursor<Document> mirrors) {
        return mirrors.hasNext() ? Mirror.of(type, mirrors.next()) : null;
    }

    /** Reads the rows of a table page by page. */
    private final class Rows {
        private final AggregateType type;
        private final Deque<AggregateState> page = new ArrayDeque<>();
        private @Nullable UUID after;
        private boolean last;

        Rows(AggregateType type) {
            this.type = type;
        }

        @Nullable
        AggregateState next() {
            if (page.isEmpty() && !last) {
                job.checkpoint();
                List<AggregateState> read =
                        transactions.run(() -> snapshots.source(type).page(after, PAGE_SIZE));
                page.addAll(read);
                last = read.size() < PAGE_SIZE;
                if (!read.isEmpty()) {
                    after = UUID.fromString(read.getLast().id());
                }
            }
            return page.poll();
        }
    }
}
