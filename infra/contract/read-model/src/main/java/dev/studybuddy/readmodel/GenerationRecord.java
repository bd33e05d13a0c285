package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A generation record lists the generations of one read model. Each change of it is a compare-and-set on {@code rev}.
 *
 * @param active the number of the generation that serves reads; null before the first was built
 * @param previous the number of the generation that is kept up for a rollback; null if no such generation exists
 * @param building the number of the next generation; null if no generation is building
 * @param last the highest number that a generation ever had
 * @param rev the revision, which each change raises
 * @param projection the projection of the projector that started last; null before a projector published one
 * @param generations every recorded generation, by number
 */
public record GenerationRecord(
        String model,
        @Nullable Integer active,
        @Nullable Integer previous,
        @Nullable Integer building,
        int last,
        long rev,
        @Nullable Projection projection,
        SortedMap<Integer, Generation> generations) {

    public GenerationRecord {
        generations = Collections.unmodifiableSortedMap(new TreeMap<>(generations));
    }

    /** Returns the types that the model reads, or all types if no projector has published its projection. */
    public Set<AggregateType> reads() {
        return projection == null ? EnumSet.allOf(AggregateType.class) : projection.reads();
    }

    /** Returns the numbers of the generations that are kept up: the active, the previous and the building one. */
    public List<Integer> listed() {
        return Stream.of(active, previous, building)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    /** Returns a copy with another projection. */
    public GenerationRecord carrying(Projection other) {
        return new GenerationRecord(model, active, previous, building, last, rev, other, generations);
    }

    /** Returns whether instances keep a generation up, because it is the active, the previous or the building one. */
    public boolean lists(int generation) {
        Integer number = generation;
        return number.equals(active) || number.equals(previous) || number.equals(building);
    }

    /**
     * Returns the state of a generation for an operator: {@code building}, {@code active}, {@code previous},
     * {@code broken}, {@code aborted} or {@code retired}.
     */
    public String state(int generation) {
        Generation one = generations.get(generation);
        if (one != null && one.end() == Generation.End.BROKEN && lists(generation)) {
            return "broken";
        }
        Integer number = generation;
        if (number.equals(active)) {
            return "active";
        }
        if (number.equals(building)) {
            return "building";
        }
        if (number.equals(previous)) {
            return "previous";
        }
        return one == null || one.end() == null ? "retired" : one.end().name().toLowerCase(Locale.ROOT);
    }

    /** Returns a copy with one generation added or replaced. */
    public GenerationRecord with(Generation one) {
        SortedMap<Integer, Generation> changed = new TreeMap<>(generations);
        changed.put(one.number(), one);
        return new GenerationRecord(
                model, active, previous, building, Math.max(last, one.number()), rev, projection, changed);
    }

    /** Returns a copy with other active, previous and building generations. */
    public GenerationRecord listing(
            @Nullable Integer newActive, @Nullable Integer newPrevious, @Nullable Integer newBuilding) {
        return new GenerationRecord(model, newActive, newPrevious, newBuilding, last, rev, projection, generations);
    }

    /** Returns the record of a read model without generations. */
    public static GenerationRecord empty(String model) {
        return new GenerationRecord(model, null, null, null, 0, 0, null, new TreeMap<>(Map.of()));
    }
}
