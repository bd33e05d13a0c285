package dev.studybuddy.api.operations.verify;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Divides the global documents of one period into selections of a limited number of documents, so that the memory of
 * their comparison does not grow with their number. A period with many subjects is first read as a whole, and only the
 * documents that may have differences are selected. The number of reads therefore grows with the number of differences
 * and not with the number of subjects.
 */
final class GlobalTotalsSelections {

    private final GlobalTotals totals;
    private final int maxDocuments;
    private final DocumentHash hash = new DocumentHash();
    private final DifferenceSums sums = new DifferenceSums(hash);
    private final BitSet remaining;
    private @Nullable GlobalTotalsSelection current;

    /** Reads the period as a whole if it has more subjects than {@code maxDocuments}. */
    GlobalTotalsSelections(GlobalTotals totals, int maxDocuments) {
        this.totals = totals;
        this.maxDocuments = maxDocuments;
        if (totals.hasMoreSubjectsThan(maxDocuments)) {
            totals.read(sums);
            this.remaining = sums.differingBuckets();
        } else {
            this.remaining = new BitSet(DocumentHash.BUCKETS);
            this.remaining.set(0, DocumentHash.BUCKETS);
        }
    }

    /** Returns the next selection; null if the earlier ones contain all documents that may have differences. */
    @Nullable
    GlobalTotalsSelection next() {
        if (current != null) {
            remaining.andNot(current.buckets());
        }
        current = remaining.isEmpty()
                ? null
                : new GlobalTotalsSelection(totals, hash, sums.firstOf(remaining, maxDocuments), 2 * maxDocuments);
        return current;
    }
}
