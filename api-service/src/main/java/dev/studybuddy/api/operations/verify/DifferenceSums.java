package dev.studybuddy.api.operations.verify;

import java.util.BitSet;

/**
 * Finds the documents that may have differences, in constant memory. Each amount is multiplied by a pseudorandom odd
 * weight of its document and path, and added to the sum of the document's bucket. If no document of a bucket has a
 * difference, the sum is zero. Otherwise it is zero only if the weighted differences cancel each other modulo
 * 2<sup>64</sup>, which has a negligible probability for small differences.
 */
final class DifferenceSums implements GlobalTotals.Visitor {

    private final DocumentHash hash;
    private final long[] sums = new long[DocumentHash.BUCKETS];
    private final int[] documents = new int[DocumentHash.BUCKETS];

    DifferenceSums(DocumentHash hash) {
        this.hash = hash;
    }

    @Override
    public void acceptDocument(String id, Object watermarks) {
        documents[hash.bucketOf(id)]++;
    }

    @Override
    public void acceptAmount(String id, String path, long amount) {
        sums[hash.bucketOf(id)] += amount * hash.weightOf(id, path);
    }

    /** Returns the buckets of all documents with a difference. */
    BitSet differingBuckets() {
        BitSet differing = new BitSet(sums.length);
        for (int bucket = 0; bucket < sums.length; bucket++) {
            differing.set(bucket, sums[bucket] != 0);
        }
        return differing;
    }

    /** Returns the first of these buckets, with at most this number of documents, but at least one bucket. */
    BitSet firstOf(BitSet buckets, int maxDocuments) {
        BitSet first = new BitSet(sums.length);
        int count = 0;
        for (int bucket = buckets.nextSetBit(0); bucket >= 0; bucket = buckets.nextSetBit(bucket + 1)) {
            count += documents[bucket];
            if (count > maxDocuments && !first.isEmpty()) {
                break;
            }
            first.set(bucket);
        }
        return first;
    }
}
