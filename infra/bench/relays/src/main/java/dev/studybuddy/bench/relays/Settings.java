package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.BenchmarkOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * This record holds the settings of a run.
 *
 * @param events number of events in the backlog to drain
 * @param rounds number of backlogs that are drained one after the other; the report shows the median round
 * @param hotAggregates number of aggregates in the hot-keys part
 * @param hotVersions number of versions of each aggregate in the hot-keys part
 * @param rates offered rates in events per second
 * @param seconds duration for which each rate is offered, in seconds
 * @param limit maximum duration of a drain; a longer drain ends then, and its rate counts the events that arrived
 * @param relays ids of the measured relays
 * @param allRelays whether the command line selects no relays, so that each one is measured in its own parts only
 * @param parts measured parts
 * @param out folder of the report
 */
record Settings(
        int events,
        int rounds,
        int hotAggregates,
        int hotVersions,
        List<Integer> rates,
        int seconds,
        Duration limit,
        Set<String> relays,
        boolean allRelays,
        Set<Part> parts,
        Path out) {

    /**
     * Parses the command line.
     *
     * @param arguments options of the command line
     * @param relays ids of all relays
     */
    static Settings parse(String[] arguments, Collection<String> relays) {
        BenchmarkOptions options = BenchmarkOptions.parse(
                arguments, "events", "rounds", "hot-versions", "rates", "seconds", "limit", "relays", "parts", "out");
        return new Settings(
                options.number("events", 2_000, 200_000),
                options.number("rounds", 1, 3),
                10,
                options.number("hot-versions", 20, 2_000),
                options.numbers("rates", "100", "100,1000,5000"),
                options.number("seconds", 3, 20),
                Duration.ofSeconds(options.number("limit", 10, 45)),
                options.selection("relays", relays),
                !options.has("relays"),
                options.selection("parts", Part.ids()).stream().map(Part::of).collect(Collectors.toUnmodifiableSet()),
                options.folder("out", "bench/publisher"));
    }

    /** Returns whether a part of a relay is measured. */
    boolean measures(Relay relay, Part part) {
        return relays.contains(relay.id())
                && parts.contains(part)
                && (!allRelays || relay.parts().contains(part));
    }

    /** Returns the number of warm-up events of a relay, which never exceeds the size of the backlog. */
    int warmUp(Relay relay) {
        return Math.min(relay.warmUp(), events);
    }

    /** Returns the offered rates that a relay is measured at. */
    List<Integer> rates(Relay relay) {
        return rates.stream().filter(rate -> rate <= relay.maxRate()).toList();
    }

    /** Returns the duration of the load before a measured one, in seconds. */
    int warmUpSeconds() {
        return (seconds + 1) / 2;
    }

    /** Returns the settings that influence the results, by their names on the command line. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("relays", relays);
        values.put("parts", parts.stream().sorted().map(Part::id).toList());
        values.put("events", events);
        values.put("rounds", rounds);
        values.put("hot-versions", hotVersions);
        values.put("rates", rates);
        values.put("seconds", seconds);
        values.put("limit", limit.toSeconds());
        return values;
    }
}
