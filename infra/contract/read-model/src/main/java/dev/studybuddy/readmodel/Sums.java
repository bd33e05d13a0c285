package dev.studybuddy.readmodel;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sums hold amounts by rollup document and dotted field path. They omit amounts of zero, so that changes that cancel
 * each other out write nothing.
 */
public final class Sums implements AmountSink {

    private final Map<RollupKey, Map<String, Long>> amounts = new LinkedHashMap<>();

    /**
     * This key caches the document of the last amount, because the next amount usually belongs to the same document. It
     * is null if that document has no amounts left.
     */
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

    /** Passes each document with its amounts by path to a consumer. The amounts of a document are never empty. */
    public void forEach(BiConsumer<RollupKey, Map<String, Long>> each) {
        amounts.forEach(each);
    }

    /** Returns whether no document has an amount. */
    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    /** Returns the amounts of one document by path, or an empty map if it has none. */
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
