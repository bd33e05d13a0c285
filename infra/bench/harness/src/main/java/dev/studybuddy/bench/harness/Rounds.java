package dev.studybuddy.bench.harness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * This record summarises the rounds of one target in a scenario, each of which measured a rate.
 *
 * @param median round with the median rate; the slower of the two middle rounds if the number of rounds is even
 * @param count number of rounds
 * @param slowest rate of the slowest round in events per second
 * @param fastest rate of the fastest round in events per second
 * @param <R> type of a round's result
 */
public record Rounds<R>(R median, int count, double slowest, double fastest) {

    /**
     * Groups results by target, in the order in which the targets were measured.
     *
     * @param target returns the id of a result's target
     * @param rate returns the rate of a result in events per second
     */
    public static <R> List<Rounds<R>> group(List<R> results, Function<R, String> target, ToDoubleFunction<R> rate) {
        Map<String, List<R>> byTarget = new LinkedHashMap<>();
        results.forEach(each -> byTarget.computeIfAbsent(target.apply(each), id -> new ArrayList<>())
                .add(each));
        return byTarget.values().stream().map(rounds -> of(rounds, rate)).toList();
    }

    /**
     * Summarises the rounds of one target.
     *
     * @param rounds results of the rounds in any order; not empty
     * @param rate returns the rate of a result in events per second
     */
    public static <R> Rounds<R> of(List<R> rounds, ToDoubleFunction<R> rate) {
        List<R> sorted =
                rounds.stream().sorted(Comparator.comparingDouble(rate)).toList();
        return new Rounds<>(
                sorted.get((sorted.size() - 1) / 2),
                sorted.size(),
                rate.applyAsDouble(sorted.getFirst()),
                rate.applyAsDouble(sorted.getLast()));
    }
}
