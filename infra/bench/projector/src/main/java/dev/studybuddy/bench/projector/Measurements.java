package dev.studybuddy.bench.projector;

import java.util.Map;

/** Adds the measurements that several cases share, under their names in the report. */
final class Measurements {

    private Measurements() {}

    static void addCost(Map<String, Double> figures, Meter.Cost cost) {
        figures.put("CPU µs", cost.target());
        figures.put("MongoDB CPU µs", cost.mongo());
        figures.put("Kafka CPU µs", cost.kafka());
        figures.put("other cores", cost.otherCores());
    }

    /**
     * Adds the batches that the projector counted and the commands that its MongoDB driver counted between two scrapes.
     */
    static void addBatches(Map<String, Double> figures, Scrape before, Scrape after, int generation) {
        String label = "generation=\"" + generation + '"';
        double events = after.increaseSince(before, "projector_events_total", label);
        double batches = after.increaseSince(before, "projector_batch_seconds_count", label);
        double commands = 0;
        for (String collection : new String[] {"users", "todos", "study_sessions", "study_totals", "study_journal"}) {
            commands += after.increaseSince(
                    before,
                    "mongodb_driver_commands_seconds_count",
                    "collection=\"" + collection + "_g" + generation + '"');
        }
        figures.put("events by batch", batches == 0 ? -1 : events / batches);
        figures.put(
                "batch ms",
                batches == 0 ? -1 : after.increaseSince(before, "projector_batch_seconds_sum", label) * 1000 / batches);
        figures.put("round trips by batch", batches == 0 ? -1 : commands / batches);
        figures.put("round trips by event", events == 0 ? -1 : commands / events);
    }
}
