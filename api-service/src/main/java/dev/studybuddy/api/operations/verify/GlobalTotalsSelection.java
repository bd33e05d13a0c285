package dev.studybuddy.api.operations.verify;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A selection contains the global documents of one period whose ids are in selected buckets. It computes their
 * differences to the sum of the users' documents.
 */
final class GlobalTotalsSelection {

    /** More differences than this are not read again, so that only undisturbed samples settle them. */
    private static final int MAX_READ_AGAIN = 1000;

    private final GlobalTotals totals;
    private final DocumentHash hash;
    private final BitSet buckets;
    private final int maxDocuments;

    /**
     * Creates a selection.
     *
     * @param maxDocuments the selection loses a part of its buckets if a sample finds more documents than this, for
     *     example because users' documents contain many subjects without a document
     */
    GlobalTotalsSelection(GlobalTotals totals, DocumentHash hash, BitSet buckets, int maxDocuments) {
        this.totals = totals;
        this.hash = hash;
        this.buckets = buckets;
        this.maxDocuments = maxDocuments;
    }

    /**
     * A sample holds the differences that one read of the documents finds.
     *
     * @param differences the excess of each document that differs, by path, by document id
     * @param unchanged the ids of those differing documents to which no batch was applied during the read
     */
    record Sample(Map<String, Map<String, Long>> differences, Set<String> unchanged) {}

    /** Returns the selected buckets. A sample may remove some of them, but never all. */
    BitSet buckets() {
        return buckets;
    }

    /** Reads the documents and returns the differences of those in the buckets that are selected afterwards. */
    Sample sample() {
        Differences found = new Differences();
        totals.read(found);
        found.byId.values().removeIf(Map::isEmpty);
        return new Sample(found.byId, findUnchanged(found.byId.keySet(), found.watermarks));
    }

    /** Reads differing documents again and returns the ids of those whose watermarks are the same as before. */
    private Set<String> findUnchanged(Set<String> ids, Map<String, Object> before) {
        Set<String> unchanged = new HashSet<>();
        if (ids.size() > MAX_READ_AGAIN) {
            return unchanged;
        }
        Map<String, Object> now = totals.readWatermarks(ids);
        for (String id : ids) {
            if (before.getOrDefault(id, "").equals(now.getOrDefault(id, ""))) {
                unchanged.add(id);
            }
        }
        return unchanged;
    }

    private boolean isSelected(String id) {
        return buckets.get(hash.bucketOf(id));
    }

    /** Adds the amounts of each selected document. */
    private final class Differences implements GlobalTotals.Visitor {

        private final Map<String, Map<String, Long>> byId = new HashMap<>();
        private final Map<String, Object> watermarks = new HashMap<>();

        @Override
        public void acceptDocument(String id, Object found) {
            if (isSelected(id)) {
                watermarks.put(id, found);
            }
        }

        @Override
        public void acceptAmount(String id, String path, long amount) {
            if (!isSelected(id)) {
                return;
            }
            byId.computeIfAbsent(id, any -> new HashMap<>())
                    .merge(path, amount, (before, more) -> before + more == 0 ? null : before + more);
            if (byId.size() > maxDocuments && buckets.cardinality() > 1) {
                removeHalf();
            }
        }

        private void removeHalf() {
            int kept = buckets.cardinality() / 2;
            int first = buckets.nextSetBit(0);
            for (int count = 0; count < kept; count++) {
                first = buckets.nextSetBit(first + 1);
            }
            buckets.clear(first, DocumentHash.BUCKETS);
            byId.keySet().removeIf(id -> !isSelected(id));
            watermarks.keySet().removeIf(id -> !isSelected(id));
        }
    }
}
