package dev.studybuddy.publisher.outbox;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Restores the order of the rows of each page. A branch of a union selects the first rows in the order of the index,
 * but SQL does not guarantee that the union returns them in this order. On CockroachDB, a join of the index with its
 * table may return them in another order.
 */
final class PageOrder {

    /** The servers compare the bytes of two UUIDs without a sign, unlike {@link UUID#compareTo}. */
    private static final Comparator<UUID> UUID_ORDER = Comparator.comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private static final Comparator<OutboxRow> INDEX_ORDER =
            Comparator.comparing(OutboxRow::createdAt).thenComparing(OutboxRow::id, UUID_ORDER);

    private PageOrder() {}

    /** Sorts the rows by (created_at, id), unless the rows of each shard are in this order already. */
    static void restore(List<OutboxRow> rows) {
        if (!isOrdered(rows)) {
            rows.sort(INDEX_ORDER);
        }
    }

    private static boolean isOrdered(List<OutboxRow> rows) {
        @Nullable OutboxRow[] last = new OutboxRow[Shards.COUNT];
        for (OutboxRow row : rows) {
            OutboxRow previous = last[row.aggregate().shard()];
            if (previous != null && INDEX_ORDER.compare(previous, row) > 0) {
                return false;
            }
            last[row.aggregate().shard()] = row;
        }
        return true;
    }
}
