package dev.studybuddy.projector.journal;

import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.RollupKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the amounts of one change, so that a contribution that fails adds nothing to the sums.
 *
 * <p>The contributions of two states of an aggregate usually have the same fields in the same order. Therefore most
 * amounts of the second one reduce the amounts of the first one at the same place, and many become zero.
 */
final class ChangeAmounts implements AmountSink {

    /** Most contributions have fewer amounts. */
    private static final int EXPECTED_AMOUNTS = 32;

    private final List<Amount> amounts = new ArrayList<>(EXPECTED_AMOUNTS);

    /** The next amount is compared with the one at this index. */
    private int next;

    private static final class Amount {

        private final RollupKey key;
        private final String path;
        private long value;

        private Amount(RollupKey key, String path, long value) {
            this.key = key;
            this.path = path;
            this.value = value;
        }

        private boolean isOf(RollupKey otherKey, String otherPath) {
            return path.equals(otherPath) && key.equals(otherKey);
        }
    }

    /**
     * Collects an amount.
     *
     * @throws IllegalArgumentException if a rollup cannot store the path or cannot have the id
     */
    @Override
    public void add(RollupKey key, String path, long amount) {
        if (next < amounts.size() && amounts.get(next).isOf(key, path)) {
            amounts.get(next).value += amount;
        } else {
            checkPath(path);
            if (amounts.isEmpty() || !amounts.getLast().key.equals(key)) {
                requirePairedSurrogates(key.name());
            }
            amounts.add(new Amount(key, path, amount));
        }
        next++;
    }

    /** Compares the next amount with the first collected amount, the one after it with the second, and so on. */
    void compareFromStart() {
        next = 0;
    }

    /** Adds each collected amount, multiplied by the factor, to the sums. */
    void addTo(AmountSink sums, int factor) {
        for (Amount one : amounts) {
            sums.add(one.key, one.path, factor * one.value);
        }
    }

    private static void checkPath(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path contains a zero character: " + path.replace('\0', '?'));
        }
        requirePairedSurrogates(path);
    }

    /**
     * Rejects a text that has no encoding in UTF-8. A journal and a mirror store other characters instead of an
     * unpaired surrogate, so a later event would subtract its amounts from another field.
     */
    private static void requirePairedSurrogates(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (Character.isSurrogate(text.charAt(index))) {
                if (index + 1 == text.length()
                        || !Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1))) {
                    throw new IllegalArgumentException("the path or the id of a rollup contains an unpaired surrogate");
                }
                index++;
            }
        }
    }
}
