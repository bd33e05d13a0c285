package dev.studybuddy.bench.projector;

import java.util.List;
import java.util.Map;

/**
 * This record holds the result of one case in one scenario.
 *
 * @param id id of the case
 * @param title name of the case in the report
 * @param version version of the measured program
 * @param scenario {@code drain}, {@code drain-wide}, {@code lag} or {@code rebuild}
 * @param events number of measured events
 * @param figures measurements by their name in the report
 * @param differences differences between MongoDB's documents and the plain model; empty if they agree
 */
record Result(
        String id,
        String title,
        String version,
        String scenario,
        long events,
        Map<String, Double> figures,
        List<String> differences) {

    /** The events of this scenario belong to few users. */
    static final String DRAIN = "drain";

    /** The events of this scenario are first versions and belong to many users. */
    static final String DRAIN_WIDE = "drain-wide";

    Result {
        figures = Map.copyOf(figures);
        differences = List.copyOf(differences);
    }

    /** Returns a measurement, or −1 if the case has none of this name. */
    double figure(String name) {
        return figures.getOrDefault(name, -1.0);
    }
}
