package dev.studybuddy.readmodel;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Amounts by rollup document and dotted field path. An amount of zero is not there, so that a change that cancels out
 * writes nothing.
 */
public final class Sums implements AmountSink {

    private final Map<RollupKey, Map<String, Long>> amounts = new LinkedHashMap<>();

    /** The document that was added to last, since the next amount is mostly its too; null where it has none left. */
    private @Nullable RollupKey lastKey;

    private Map<String, Long> lastFields = Map.of();

    @Override
    public void add(RollupKey key, String path, long amount) {
        if (amount == 0) {
            return;
        }
        if (!key.equals(lastKey)) {
            lastFields = amounts.computeIfAbsent(key, any -> new HashMap<>());
            lastKey = key;
        }
        lastFields.merge(path, amount, (before, more) -> before + more == 0 ? null : before + more);
        if (lastFields.isEmpty()) {
            amounts.remove(key);
            lastKey = null;
        }
    }

    /** Each document with its amounts by path; neither is ever empty. */
    public void forEach(BiConsumer<RollupKey, Map<String, Long>> each) {
        amounts.forEach(each);
    }

    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    /** The amounts of one document by path; empty where it has none. */
    public Map<String, Long> of(RollupKey key) {
        return Map.copyOf(amounts.getOrDefault(key, Map.of()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sums that && amounts.equals(that.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    @Override
    public String toString() {
        return amounts.toString();
    }
}
