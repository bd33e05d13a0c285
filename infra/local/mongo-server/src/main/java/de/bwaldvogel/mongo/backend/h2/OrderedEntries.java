package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the entries of a compound index in the order of its keys, and finds the range of entries that a filter selects,
 * as MongoDB does: equality on the first keys, then at most one range on the next key. It finds no range while a key of
 * any document has a value that is not a text, a number, a boolean, a time or an ObjectId, because no index here needs
 * the order of other values. One thread at a time may change the entries; other threads may read a found range at the
 * same time.
 */
final class OrderedEntries<P> {

    private static final String ID = "_id";

    /** Texts of up to this length are shared, because many documents have the same period and the same kind. */
    private static final int MAX_SHARED_CHARS = 20;

    private static final Set<String> LOWER_BOUNDS = Set.of("$gt", "$gte");
    private static final Set<String> UPPER_BOUNDS = Set.of("$lt", "$lte");

    /**
     * An entry holds the values of all keys of a document and then its {@code _id}. A bound of a range is an entry with
     * the values of the first keys only.
     *
     * @param side for fewer values than keys, whether the entry comes before (-1) or after (1) all entries that begin
     *     with these values
     */
    private record Entry(List<@Nullable Object> values, int side) {}

    private final List<IndexKey> keys;
    private final NavigableMap<Entry, P> positions;
    private final Set<Object> unordered = new HashSet<>();

    OrderedEntries(List<IndexKey> keys) {
        this.keys = keys;
        this.positions = new ConcurrentSkipListMap<>(this::compare);
    }

    void add(Document document, P position) {
        Optional<Entry> entry = entry(document);
        if (entry.isPresent()) {
            positions.put(entry.orElseThrow(), position);
        } else {
            unordered.add(id(document));
        }
    }

    void remove(Document document) {
        entry(document).ifPresentOrElse(positions::remove, () -> unordered.remove(id(document)));
    }

    /** Returns whether both versions of a document have the same entry. */
    boolean isSame(Document oldDocument, Document newDocument) {
        return keys.stream()
                .allMatch(key -> Objects.equals(value(oldDocument, key.getKey()), value(newDocument, key.getKey())));
    }

    void clear() {
        positions.clear();
        unordered.clear();
    }

    /**
     * Returns the positions of a range in the requested order. The range contains all documents that match the filter,
     * and possibly others. The result is empty if the filter has no equality on the first key, if the entries cannot
     * supply the order, or if neither an order nor a second condition makes the range useful.
     *
     * @param order the requested order; null or empty for any order
     */
    Optional<Collection<P>> find(Document filter, @Nullable Document order) {
        if (!unordered.isEmpty()) {
            return Optional.empty();
        }
        List<@Nullable Object> equal = equalities(filter);
        Optional<Boolean> backwards = equal.isEmpty() ? Optional.empty() : isBackwards(equal.size(), order);
        if (backwards.isEmpty()) {
            return Optional.empty();
        }
        Range range = range(equal, filter);
        if (equal.size() == 1 && !range.isNarrowed() && (order == null || order.isEmpty())) {
            return Optional.empty();
        }
        if (compare(range.from(), range.to()) >= 0) {
            return Optional.of(List.of());
        }
        NavigableMap<Entry, P> found = positions.subMap(range.from(), true, range.to(), true);
        return Optional.of(backwards.orElseThrow() ? found.descendingMap().values() : found.values());
    }

    /**
     * Counts the documents that match the filter without reading them. The result is empty if the values of the keys do
     * not decide whether a document matches.
     *
     * @param limit the number at which the count ends
     */
    OptionalLong count(Document filter, long limit) {
        List<@Nullable Object> equal = equalities(filter);
        Optional<Map<String, Object>> conditions = FilterEquality.conditions(filter);
        if (!unordered.isEmpty() || equal.isEmpty() || conditions.isEmpty()) {
            return OptionalLong.empty();
        }
        Map<String, Object> others = new HashMap<>(conditions.orElseThrow());
        keys.subList(0, equal.size()).forEach(key -> others.remove(key.getKey()));
        Object bounds = equal.size() < keys.size()
                ? others.remove(keys.get(equal.size()).getKey())
                : null;
        if (!others.isEmpty() || (bounds != null && !isRange(bounds))) {
            return OptionalLong.empty();
        }
        Range range = range(equal, filter);
        if (compare(range.from(), range.to()) >= 0) {
            return OptionalLong.of(0);
        }
        return OptionalLong.of(positions.subMap(range.from(), true, range.to(), true).keySet().stream()
                .filter(entry ->
                        bounds == null || hasTypeOfBounds(entry.values().get(equal.size()), (Document) bounds))
                .limit(limit)
                .count());
    }

    /** Returns whether a condition is at most one lower and one upper bound, and nothing else. */
    private static boolean isRange(Object condition) {
        if (!(condition instanceof Document operators)) {
            return false;
        }
        Set<String> names = operators.keySet();
        return names.stream().filter(LOWER_BOUNDS::contains).count() <= 1
                && names.stream().filter(UPPER_BOUNDS::contains).count() <= 1
                && names.stream().allMatch(name -> LOWER_BOUNDS.contains(name) || UPPER_BOUNDS.contains(name))
                && operators.values().stream().allMatch(OrderedEntries::isOrderable);
    }

    /** Returns whether a value has the type of all bounds, because MongoDB compares no values of different types. */
    private static boolean hasTypeOfBounds(@Nullable Object value, Document bounds) {
        return value != null
                && bounds.values().stream()
                        .allMatch(bound -> value instanceof Number
                                ? bound instanceof Number
                                : bound.getClass() == value.getClass());
    }

    private record Range(Entry from, Entry to, boolean isNarrowed) {}

    /** Returns the values that the filter demands of the first keys. */
    private List<@Nullable Object> equalities(Document filter) {
        List<@Nullable Object> equal = new ArrayList<>();
        while (equal.size() < keys.size()) {
            Optional<Object> value = FilterEquality.condition(
                            keys.get(equal.size()).getKey(), filter)
                    .map(OrderedEntries::equalityValue)
                    .filter(OrderedEntries::isOrderable);
            if (value.isEmpty()) {
                break;
            }
            equal.add(value.orElseThrow());
        }
        return equal;
    }

    /** Returns the range of entries that begin with these values, narrowed by the conditions on the next key. */
    private Range range(List<@Nullable Object> equal, Document filter) {
        Entry from = new Entry(equal, -1);
        Entry to = new Entry(equal, 1);
        boolean narrowed = false;
        if (equal.size() < keys.size()
                && FilterEquality.condition(keys.get(equal.size()).getKey(), filter)
                                .orElse(null)
                        instanceof Document operators) {
            boolean ascending = keys.get(equal.size()).isAscending();
            for (Map.Entry<String, Object> operator : operators.entrySet()) {
                if (!isOrderable(operator.getValue())) {
                    continue;
                }
                List<@Nullable Object> values = new ArrayList<>(equal);
                values.add(operator.getValue());
                boolean isLowerBound = operator.getKey().startsWith("$gt");
                if (isLowerBound || operator.getKey().startsWith("$lt")) {
                    boolean includesValue = operator.getKey().endsWith("e");
                    boolean isStart = isLowerBound == ascending;
                    Entry bound = new Entry(values, isStart == includesValue ? -1 : 1);
                    narrowed = true;
                    if (isStart) {
                        from = bound;
                    } else {
                        to = bound;
                    }
                }
            }
        }
        return new Range(from, to, narrowed);
    }

    /**
     * Returns whether the entries must be read backwards to supply an order, or empty if they cannot supply it. Keys
     * with an equality do not influence the order.
     */
    private Optional<Boolean> isBackwards(int equalities, @Nullable Document order) {
        Boolean backwards = null;
        int next = equalities;
        for (Map.Entry<String, Object> one : order == null ? Set.<Map.Entry<String, Object>>of() : order.entrySet()) {
            if (keys.subList(0, equalities).stream()
                    .anyMatch(key -> key.getKey().equals(one.getKey()))) {
                continue;
            }
            if (next == keys.size()
                    || !keys.get(next).getKey().equals(one.getKey())
                    || !(one.getValue() instanceof Number direction)) {
                return Optional.empty();
            }
            boolean opposite = keys.get(next).isAscending() != (direction.intValue() > 0);
            if (backwards != null && backwards != opposite) {
                return Optional.empty();
            }
            backwards = opposite;
            next++;
        }
        return Optional.of(backwards != null && backwards);
    }

    private static Object equalityValue(Object condition) {
        return condition instanceof Document operators && operators.size() == 1 && operators.get("$eq") != null
                ? operators.get("$eq")
                : condition;
    }

    private Optional<Entry> entry(Document document) {
        List<@Nullable Object> values = new ArrayList<>(keys.size() + 1);
        for (IndexKey key : keys) {
            Object value = value(document, key.getKey());
            values.add(value instanceof String text && text.length() <= MAX_SHARED_CHARS ? text.intern() : value);
        }
        values.add(id(document));
        return values.stream().allMatch(value -> value == null || isOrderable(value))
                ? Optional.of(new Entry(values, 0))
                : Optional.empty();
    }

    private static @Nullable Object value(Document document, String key) {
        Object value = Utils.getSubdocumentValueCollectionAware(document, key);
        return value instanceof Missing ? null : value;
    }

    private static Object id(Document document) {
        return Objects.requireNonNull(document.get(ID), "a stored document has an _id");
    }

    private static boolean isOrderable(@Nullable Object value) {
        return value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || (value instanceof Double number && !number.isNaN())
                || value instanceof Boolean
                || value instanceof Instant
                || value instanceof ObjectId;
    }

    private int compare(Entry one, Entry other) {
        int shared = Math.min(one.values().size(), other.values().size());
        for (int n = 0; n < shared; n++) {
            Comparator<Object> comparator =
                    n == keys.size() || keys.get(n).isAscending() ? ValueComparator.asc() : ValueComparator.desc();
            int result = comparator.compare(one.values().get(n), other.values().get(n));
            if (result != 0) {
                return result;
            }
        }
        int sizes = Integer.compare(one.values().size(), other.values().size());
        if (sizes == 0) {
            return Integer.compare(one.side(), other.side());
        }
        return sizes < 0 ? one.side() : -other.side();
    }
}
