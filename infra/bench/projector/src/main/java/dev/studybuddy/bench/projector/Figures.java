package dev.studybuddy.bench.projector;

import java.util.Map;

/** The names of figures that several cases have. */
final class Figures {

    private Figures() {}

    static void add(Map<String, Double> figures, Meter.Cost cost) {
        figures.put("CPU µs", cost.carrier());
        figures.put("MongoDB CPU µs", cost.mongo());
        figures.put("Kafka CPU µs", cost.kafka());
        figures.put("other cores", cost.otherCores());
    }

    /** What the projector says of its batches, and the driver of its commands. */
    static void addBatches(Map<String, Double> figures, Scrape before, Scrape after, int generation) {
        String of = "generation=\"" + generation + '"';
        double events = after.since(before, "projector_events_total", of);
        double batches = after.since(before, "projector_batch_seconds_count", of);
        double commands = 0;
        for (String collection : new String[] {"users", "todos", "study_sessions", "study_totals", "study_journal"}) {
            commands += after.since(
                    before,
                    "mongodb_driver_commands_seconds_count",
                    "collection=\"" + collection + "_g" + generation + '"');
        }
        figures.put("events by batch", batches == 0 ? -1 : events / batches);
        figures.put(
                "batch ms",
                batches == 0 ? -1 : after.since(before, "projector_batch_seconds_sum", of) * 1000 / batches);
        figures.put("round trips by batch", batches == 0 ? -1 : commands / batches);
        figures.put("round trips by event", events == 0 ? -1 : commands / events);
    }
}
