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
 * The record of one read model's generations; each change of it is a compare-and-set on {@code rev}.
 *
 * @param active the one that answers; null before the first was built
 * @param previous kept up for going back; null where there is none
 * @param building the next one; null where none is built
 * @param last the highest number ever given
 * @param rev raised by each change
 * @param projection what the projector that started last carries; null before one said so
 * @param generations every generation that is told about, by number
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

    /** The aggregates that the model reads; all of them where no projector said so. */
    public Set<AggregateType> reads() {
        return projection == null ? EnumSet.allOf(AggregateType.class) : projection.reads();
    }

    /** Those that are kept up: the active, the previous and the building one. */
    public List<Integer> listed() {
        return Stream.of(active, previous, building)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    /** The same, carried by another projection. */
    public GenerationRecord carrying(Projection other) {
        return new GenerationRecord(model, active, previous, building, last, rev, other, generations);
    }

    /** Whether an instance keeps it up: it is the active, the previous or the building one. */
    public boolean lists(int generation) {
        Integer number = generation;
        return number.equals(active) || number.equals(previous) || number.equals(building);
    }

    /** What an operator is shown: {@code building|active|previous|broken|aborted|retired}. */
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

    /** The same with one generation told anew. */
    public GenerationRecord with(Generation one) {
        SortedMap<Integer, Generation> changed = new TreeMap<>(generations);
        changed.put(one.number(), one);
        return new GenerationRecord(
                model, active, previous, building, Math.max(last, one.number()), rev, projection, changed);
    }

    /** The same with other numbers in its three places. */
    public GenerationRecord listing(
            @Nullable Integer newActive, @Nullable Integer newPrevious, @Nullable Integer newBuilding) {
        return new GenerationRecord(model, newActive, newPrevious, newBuilding, last, rev, projection, generations);
    }

    /** A record that knows no generation yet. */
    public static GenerationRecord empty(String model) {
        return new GenerationRecord(model, null, null, null, 0, 0, null, new TreeMap<>(Map.of()));
    }
}
