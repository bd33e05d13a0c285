package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A generation record lists the generations of one read model. The transitions {@link #begin}, {@link #beginActive},
 * {@link #activate}, {@link #abort}, {@link #retirePrevious} and {@link #markBroken} return changed copies; {@link
 * GenerationStore} stores a copy by a compare-and-set on {@code rev}. If the present state does not allow a transition,
 * the transition throws an exception, because the caller can check the state first. Only {@link #markBroken} returns an
 * empty result instead.
 *
 * @param model the name of the read model
 * @param active the number of the generation that serves reads; null before the first generation is built
 * @param previous the number of the generation that is kept up to date, so that it can be activated again; null if no
 *     such generation exists
 * @param building the number of the next generation; null if no generation is building
 * @param last the highest number that any generation has had
 * @param rev the revision, which each change raises; 0 before the record is stored
 * @param projection the projection that a projector recorded last; null before a projector recorded one
 * @param generations the listed generations and the newest others, by number
 * @param pause the pause of the read model; null if it is not paused
 */
public record GenerationRecord(
        String model,
        @Nullable Integer active,
        @Nullable Integer previous,
        @Nullable Integer building,
        int last,
        long rev,
        @Nullable Projection projection,
        SortedMap<Integer, Generation> generations,
        @Nullable Pause pause) {

    /**
     * A record keeps at most this number of generations that are no longer listed, because each projector reads the
     * whole record about twice a second.
     */
    private static final int MAX_UNLISTED = 50;

    public GenerationRecord {
        generations = Collections.unmodifiableSortedMap(new TreeMap<>(generations));
    }

    /**
     * Returns the types that a new generation reads: those of the recorded projection, or all types if no projector has
     * recorded its projection.
     */
    public Set<AggregateType> nextReads() {
        return projection == null ? EnumSet.allOf(AggregateType.class) : projection.reads();
    }

    /**
     * Returns the types that a generation reads. They are the types of its own topics, because the recorded projection
     * may have a version that reads other topics. If the record lists no topics of the generation, they are the types
     * of the recorded projection.
     */
    public Set<AggregateType> readsOf(int generation) {
        Generation one = generations.get(generation);
        Set<AggregateType> own = one == null ? Set.of() : one.reads();
        return own.isEmpty() ? nextReads() : own;
    }

    /**
     * Returns the numbers of the generations that are kept up to date: the active, the previous and the building one.
     */
    public List<Integer> listed() {
        return Stream.of(active, previous, building)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    /** Returns a copy with another projection. */
    public GenerationRecord withProjection(Projection other) {
        return new GenerationRecord(model, active, previous, building, last, rev, other, generations, pause);
    }

    /** Returns a copy that is paused, or that is not paused if the pause is null. */
    public GenerationRecord withPause(@Nullable Pause newPause) {
        return new GenerationRecord(model, active, previous, building, last, rev, projection, generations, newPause);
    }

    /** Returns whether an operator paused the read model. */
    public boolean isPaused() {
        return pause != null;
    }

    /**
     * Returns whether instances keep a generation up to date, because it is the active, the previous or the building
     * one.
     */
    public boolean lists(int generation) {
        Integer number = generation;
        return number.equals(active) || number.equals(previous) || number.equals(building);
    }

    /** Returns the state of a generation. A generation that the record neither lists nor contains is retired. */
    public GenerationState stateOf(int generation) {
        Generation one = generations.get(generation);
        if (one != null && one.end() == Generation.End.BROKEN) {
            return GenerationState.BROKEN;
        }
        Integer number = generation;
        if (number.equals(active)) {
            return GenerationState.ACTIVE;
        }
        if (number.equals(building)) {
            return GenerationState.BUILDING;
        }
        if (number.equals(previous)) {
            return GenerationState.PREVIOUS;
        }
        return one != null && one.end() == Generation.End.ABORTED ? GenerationState.ABORTED : GenerationState.RETIRED;
    }

    /** Returns the {@link GenerationState#code() code} of {@link #stateOf}. */
    public String stateCode(int generation) {
        return stateOf(generation).code();
    }

    /**
     * Returns a copy in which a new generation is building.
     *
     * @throws IllegalStateException if a generation is already building, or if the number was used before
     */
    public GenerationRecord begin(Generation next) {
        require(
                building == null,
                "generation " + next.number() + " cannot begin: generation " + building + " is building");
        require(next.number() > last, "generation " + next.number() + " cannot begin: the last one was " + last);
        return with(next).listing(active, previous, next.number());
    }

    /**
     * Returns a copy in which the first generation is active at once. Its build takes almost no time, and no older
     * generation could serve reads during the build.
     *
     * @throws IllegalStateException if the record already contains or lists a generation
     */
    public GenerationRecord beginActive(Generation first) {
        require(
                generations.isEmpty() && listed().isEmpty(),
                "generation " + first.number() + " cannot begin as the active one: it is not the first");
        require(first.number() > last, "generation " + first.number() + " cannot begin: the last one was " + last);
        return with(first).listing(first.number(), null, null);
    }

    /**
     * Returns a copy in which reads use another generation: the building one, or the previous one again. The generation
     * that was active becomes the previous one. The activation of the previous generation does not affect the building
     * one.
     *
     * @param at the time of the activation, which both generations record
     * @throws IllegalStateException if the generation is neither building nor previous, or has ended
     */
    public GenerationRecord activate(int generation, Instant at) {
        Integer number = generation;
        boolean built = number.equals(building);
        require(
                (built || number.equals(previous)) && !hasEnded(generation),
                "generation " + generation + " cannot be activated: it is " + stateCode(generation));
        GenerationRecord switched = withActivationTime(number, at);
        if (active != null) {
            switched = switched.withActivationTime(active, at);
        }
        return switched.listing(number, active, built ? null : building);
    }

    /**
     * Returns a copy in which the building generation is aborted.
     *
     * @param reason the explanation for an operator
     * @throws IllegalStateException if the generation is not building
     */
    public GenerationRecord abort(int generation, String reason) {
        require(
                Integer.valueOf(generation).equals(building),
                "generation " + generation + " cannot be aborted: it is " + stateCode(generation));
        Generation one = generations.get(generation);
        GenerationRecord ended = one == null ? this : with(one.withEnd(Generation.End.ABORTED, reason));
        return ended.listing(active, previous, null);
    }

    /**
     * Returns a copy in which the previous generation is retired. A broken generation stays broken.
     *
     * @param reason the explanation for an operator
     * @throws IllegalStateException if there is no previous generation
     */
    public GenerationRecord retirePrevious(String reason) {
        if (previous == null) {
            throw new IllegalStateException("read model " + model + ": there is no previous generation to retire");
        }
        Generation one = generations.get(previous);
        GenerationRecord ended =
                one == null || one.end() != null ? this : with(one.withEnd(Generation.End.RETIRED, reason));
        return ended.listing(active, null, building);
    }

    /**
     * Returns a copy in which a generation is broken, or empty if the record does not contain the generation or the
     * generation has already ended. The generation stays listed, because reads may still use it.
     *
     * @param reason the explanation for an operator
     */
    public Optional<GenerationRecord> markBroken(int generation, String reason) {
        Generation one = generations.get(generation);
        return one == null || one.end() != null
                ? Optional.empty()
                : Optional.of(with(one.withEnd(Generation.End.BROKEN, reason)));
    }

    /** Returns a copy with one generation added or replaced. */
    public GenerationRecord with(Generation one) {
        SortedMap<Integer, Generation> changed = new TreeMap<>(generations);
        changed.put(one.number(), one);
        return new GenerationRecord(
                model, active, previous, building, Math.max(last, one.number()), rev, projection, changed, pause);
    }

    private GenerationRecord listing(
            @Nullable Integer newActive, @Nullable Integer newPrevious, @Nullable Integer newBuilding) {
        return new GenerationRecord(
                        model, newActive, newPrevious, newBuilding, last, rev, projection, generations, pause)
                .withoutOldUnlisted();
    }

    /**
     * Returns a copy without the oldest generations that are no longer listed. The copy keeps the newest generation of
     * the highest version of the projection, because a projector starts a generation if none had its version or a
     * higher one.
     */
    private GenerationRecord withoutOldUnlisted() {
        NavigableMap<Integer, Generation> kept = new TreeMap<>(generations);
        generations.values().stream()
                .max(Comparator.comparingInt(Generation::projectionVersion).thenComparingInt(Generation::number))
                .ifPresent(newest -> generations.keySet().stream()
                        .filter(number -> !lists(number))
                        .sorted(Comparator.reverseOrder())
                        .skip(MAX_UNLISTED)
                        .filter(number -> number != newest.number())
                        .forEach(kept::remove));
        return new GenerationRecord(model, active, previous, building, last, rev, projection, kept, pause);
    }

    /** Returns the record of a read model without generations. */
    public static GenerationRecord empty(String model) {
        return new GenerationRecord(model, null, null, null, 0, 0, null, new TreeMap<>(Map.of()), null);
    }

    private GenerationRecord withActivationTime(Integer number, Instant at) {
        Generation one = generations.get(number);
        return one == null ? this : with(one.withSwitchedAt(at));
    }

    private boolean hasEnded(int generation) {
        Generation one = generations.get(generation);
        return one != null && one.end() != null;
    }

    private void require(boolean legal, String violation) {
        if (!legal) {
            throw new IllegalStateException("read model " + model + ": " + violation);
        }
    }
}
