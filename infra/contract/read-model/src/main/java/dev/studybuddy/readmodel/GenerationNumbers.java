package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds the generation numbers that the names of a read model's collections and consumer groups contain. The generation
 * record alone cannot determine a new number, because a restored backup may contain an old record.
 *
 * <p>The functions consider the mirrors of every aggregate type, whether or not the model's present projection reads
 * it, because an earlier projection may have read another set of types.
 */
public final class GenerationNumbers {

    private GenerationNumbers() {}

    /**
     * Returns the names of a read model's collections with their generation numbers.
     *
     * @param names the names of all collections of the database
     */
    public static Map<String, Integer> findCollections(String model, Iterable<String> names) {
        Set<String> bases = new HashSet<>(Set.of(Names.rollups(model), Names.journals(model)));
        for (AggregateType type : AggregateType.values()) {
            bases.add(Names.mirrors(model, type));
        }
        String separator = Names.suffix("");
        Map<String, Integer> found = new HashMap<>();
        for (String name : names) {
            int end = name.lastIndexOf(separator);
            if (end > 0 && bases.contains(name.substring(0, end))) {
                parse(name.substring(end + separator.length())).ifPresent(number -> found.put(name, number));
            }
        }
        return found;
    }

    /**
     * Returns the names of a read model's consumer groups with their generation numbers.
     *
     * @param groupPrefix the prefix of every consumer group of the projector
     * @param names the names of all consumer groups of the Kafka cluster
     */
    public static Map<String, Integer> findGroups(String groupPrefix, String model, Iterable<String> names) {
        String prefix = Names.group(groupPrefix, model, "");
        Map<String, Integer> found = new HashMap<>();
        for (String name : names) {
            if (name.startsWith(prefix)) {
                parse(name.substring(prefix.length())).ifPresent(number -> found.put(name, number));
            }
        }
        return found;
    }

    /**
     * Returns the highest generation number in the names of a read model's collections and consumer groups, or 0 if it
     * has none.
     *
     * @param groupPrefix the prefix of every consumer group of the projector
     * @param collections the names of all collections of the database
     * @param groups the names of all consumer groups of the Kafka cluster
     */
    public static int findHighest(
            String groupPrefix, String model, Iterable<String> collections, Iterable<String> groups) {
        return IntStream.concat(
                        findCollections(model, collections).values().stream().mapToInt(Integer::intValue),
                        findGroups(groupPrefix, model, groups).values().stream().mapToInt(Integer::intValue))
                .max()
                .orElse(0);
    }

    /** Parses at most nine digits, so that every number fits into an int and a successor exists. */
    private static OptionalInt parse(String digits) {
        return digits.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}
