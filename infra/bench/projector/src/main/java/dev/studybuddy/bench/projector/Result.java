package dev.studybuddy.bench.projector;

import java.util.List;
import java.util.Map;

/**
 * What one case showed.
 *
 * @param id of the case
 * @param scenario {@code drain}, {@code lag} or {@code rebuild}
 * @param figures by name; see the README
 * @param differences what MongoDB holds otherwise than the plain model; empty where it is exact
 */
record Result(
        String id,
        String title,
        String version,
        String scenario,
        long events,
        Map<String, Double> figures,
        List<String> differences) {

    Result {
        figures = Map.copyOf(figures);
        differences = List.copyOf(differences);
    }

    /** A figure; −1 where there is none. */
    double figure(String name) {
        return figures.getOrDefault(name, -1.0);
    }
}
