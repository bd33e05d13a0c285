package dev.studybuddy.bench.relays;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One relay's backlogs of a scenario, drained one after the other.
 *
 * @param median the one with the median rate; the lesser of the two where their number is even
 * @param slowest events per second
 * @param fastest events per second
 */
record Rounds(Result median, int count, double slowest, double fastest) {

    /** Those of a scenario, in the order in which the relays were measured. */
    static List<Rounds> of(List<Result> results, String scenario) {
        Map<String, List<Result>> byRelay = new LinkedHashMap<>();
        results.stream()
                .filter(each -> each.scenario().equals(scenario))
                .forEach(each -> byRelay.computeIfAbsent(each.relay(), relay -> new ArrayList<>())
                        .add(each));
        return byRelay.values().stream().map(Rounds::of).toList();
    }

    private static Rounds of(List<Result> rounds) {
        List<Result> sorted = rounds.stream()
                .sorted(Comparator.comparingDouble(Result::publishedPerSecond))
                .toList();
        return new Rounds(
                sorted.get((sorted.size() - 1) / 2),
                sorted.size(),
                sorted.getFirst().publishedPerSecond(),
                sorted.getLast().publishedPerSecond());
    }
}
