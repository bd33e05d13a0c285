package dev.studybuddy.bench.relays;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rounds of one relay in a scenario, each of which drained one backlog.
 *
 * @param median round with the median rate; the slower of the two middle rounds if the number of rounds is even
 * @param count number of rounds
 * @param slowest rate of the slowest round in events per second
 * @param fastest rate of the fastest round in events per second
 */
record Rounds(Result median, int count, double slowest, double fastest) {

    /** Groups the results of a scenario by relay, in the order in which the relays were measured. */
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
