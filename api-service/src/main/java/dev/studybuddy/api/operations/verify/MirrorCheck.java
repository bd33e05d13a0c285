package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows with mirrors: all of a type as two streams in the order of their ids, a page of rows, or one aggregate.
 */
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
     * This record is the result of a comparison after the aggregate's events are applied.
     *
     * @param settled whether the events were applied in time; otherwise the comparison has no result
     * @param difference the difference; null if both sides agree or the comparison has no result
     */
    record Comparison(boolean settled, @Nullable MirrorDifference difference) {}

    /**
     * Compares the aggregates of a type, in the order of their ids.
     *
     * @param after the id after which the comparison starts; empty for the first one
     * @param compared accepts the id of each compared aggregate, after its difference
     * @param difference accepts each confirmed difference
     */
    void compareAll(
            AggregateType type, String after, Consumer<String> compared, Consumer<MirrorDifference> difference) {
        Rows table = new Rows(type, AggregateIds.parse(after).orElse(null));
        try (OrderedMirrors mirrors = new OrderedMirrors(generation.mirrors(type), after)) {
            AggregateState row = table.next();
            Mirror mirror = readNext(type, mirrors);
            while (row != null || mirror != null) {
                int order = row == null ? 1 : mirror == null ? -1 : row.id().compareTo(mirror.id());
                AggregateState left = order <= 0 ? row : null;
                Mirror right = order >= 0 ? mirror : null;
                String id =
                        left != null ? left.id() : Objects.requireNonNull(right).id();
                MirrorDifferenceClassifier.classify(type, left, right)
                        .flatMap(candidate -> recheck(type, candidate.id()))
                        .ifPresent(difference);
                compared.accept(id);
                row = order <= 0 ? table.next() : row;
                mirror = order >= 0 ? readNext(type, mirrors) : mirror;
            }
        }
        // No event can have an id that is no text, so these documents need no second comparison.
        for (Document document : generation.mirrors(type).find(OrderedMirrors.WITHOUT_TEXT_ID)) {
            Mirror mirror = Mirror.of(type, document);
            MirrorDifferenceClassifier.classify(type, null, mirror).ifPresent(difference);
            compared.accept(mirror.id());
        }
    }

    /** Compares the next rows after the id {@code from}, at most {@code limit} of them, with their mirrors. */
    void comparePage(AggregateType type, UUID from, int limit, Consumer<MirrorDifference> difference) {
        List<AggregateState> page =
                transactions.run(() -> snapshots.source(type).readPage(from, limit));
        for (AggregateState row : page) {
            MirrorDifferenceClassifier.classify(type, row, findMirror(type, row.id()))
                    .flatMap(candidate -> recheck(type, candidate.id()))
                    .ifPresent(difference);
        }
    }

    /** Compares one aggregate, and confirms a difference after the aggregate's events are applied. */
    void compareOne(AggregateType type, String id, Consumer<MirrorDifference> difference) {
        MirrorDifferenceClassifier.classify(type, findRow(type, id), findMirror(type, id))
                .flatMap(candidate -> recheck(type, id))
                .ifPresent(difference);
    }

    private Optional<MirrorDifference> recheck(AggregateType type, String id) {
        Comparison settled = settle(type, id);
        if (!settled.settled()) {
            unsettled++;
        }
        return Optional.ofNullable(settled.difference());
    }

    /** Compares one aggregate after its events are applied. */
    Comparison settle(AggregateType type, String id) {
        AggregateState row = findRow(type, id);
        if (!deliveryBarrier.await(type, id, row == null ? Long.MAX_VALUE : row.version())) {
            return new Comparison(false, null);
        }
        Mirror mirror = findMirror(type, id);
        MirrorDifference difference =
                MirrorDifferenceClassifier.classify(type, row, mirror).orElse(null);
        if (difference != null && mirror != null && mirror.version() > (row == null ? 0 : row.version())) {
            // A transaction may have changed the row while this check waited for its events.
            AggregateState now = findRow(type, id);
            boolean changed = now == null ? row != null : row == null || now.version() > row.version();
            return new Comparison(true, changed ? null : difference);
        }
        return new Comparison(true, difference);
    }

    private @Nullable AggregateState findRow(AggregateType type, String id) {
        return AggregateIds.parse(id)
                .flatMap(uuid -> transactions.run(() -> snapshots.source(type).find(uuid)))
                .orElse(null);
    }

    private @Nullable Mirror findMirror(AggregateType type, String id) {
        Document found = generation.mirrors(type).find(new Document("_id", id)).first();
        return found == null ? null : Mirror.of(type, found);
    }

    private static @Nullable Mirror readNext(AggregateType type, OrderedMirrors mirrors) {
        Document next = mirrors.next();
        return next == null ? null : Mirror.of(type, next);
    }

    /** Reads the rows of a table page by page. */
    private final class Rows {
        private final AggregateType type;
        private final Deque<AggregateState> page = new ArrayDeque<>();
        private @Nullable UUID after;
        private boolean last;

        Rows(AggregateType type, @Nullable UUID after) {
            this.type = type;
            this.after = after;
        }

        @Nullable
        AggregateState next() {
            if (page.isEmpty() && !last) {
                job.checkpoint();
                List<AggregateState> read =
                        transactions.run(() -> snapshots.source(type).readPage(after, PAGE_SIZE));
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
