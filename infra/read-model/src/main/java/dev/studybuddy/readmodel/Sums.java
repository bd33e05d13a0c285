package dev.studybuddy.readmodel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Amounts by rollup document and dotted field path. An amount of zero is not there, so that a change that cancels out
 * writes nothing.
 */
public final class Sums {

    private final Map<RollupKey, Map<String, Long>> amounts;

    public Sums() {
        amounts = new LinkedHashMap<>();
    }

    /** Adds an amount; it may be negative. */
    public void add(RollupKey key, String path, long amount) {
        if (amount == 0) {
            return;
        }
        Map<String, Long> fields = amounts.computeIfAbsent(key, any -> new TreeMap<>());
        fields.merge(path, amount, (before, more) -> before + more == 0 ? null : before + more);
        if (fields.isEmpty()) {
            amounts.remove(key);
        }
    }

    /** Adds all amounts of another, times a factor. */
    public void addAll(Sums other, long factor) {
        other.forEach((key, fields) -> fields.forEach((path, amount) -> add(key, path, amount * factor)));
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
