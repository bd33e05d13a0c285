package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.CpuMeter;
import java.util.Map;

/** Adds the measurements that several cases share, under their names in the report. */
final class Measurements {

    private Measurements() {}

    /** Adds the CPU time per event. */
    static void addCpu(Map<String, Double> figures, CpuMeter.Usage usage, long events) {
        figures.put("CPU µs", usage.targetSeconds() * 1e6 / events);
        figures.put("MongoDB CPU µs", usage.databaseSeconds() * 1e6 / events);
        figures.put("Kafka CPU µs", usage.kafkaSeconds() * 1e6 / events);
        figures.put("other cores", usage.otherCores());
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
