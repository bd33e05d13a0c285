package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The drain benchmark measures how fast a target processes backlogs, each of which becomes visible at once. */
final class Drains {

    private static final double MICROS_PER_SECOND = 1e6;

    private final Servers servers;
    private final Settings settings;

    Drains(Servers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
    }

    Result measure(String id, String title, String version, TopicWriter writer, Carrier carrier)
            throws ExecutionException, InterruptedException {
        // The warm-up is split into parts, because the limits keep a whole decoded backlog in memory.
        for (int left = settings.warmUp(); left > 0; left -= settings.events()) {
            int part = Math.min(left, settings.events());
            carrier.announce(writer.writtenCount() + part);
            writer.writeBacklog(part);
            carrier.await(writer);
        }
        List<Map<String, Double>> rounds = new ArrayList<>();
        for (int n = 0; n < settings.rounds(); n++) {
            rounds.add(round(writer, carrier));
        }
        rounds.sort((one, other) -> Double.compare(rate(one), rate(other)));
        Map<String, Double> median = new HashMap<>(rounds.get(rounds.size() / 2));
        median.put("slowest/s", rate(rounds.getFirst()));
        median.put("fastest/s", rate(rounds.getLast()));
        median.put("memory MiB", (double) carrier.peakMemoryMib());
        return new Result(id, title, version, "drain", settings.events(), median, carrier.differences(writer));
    }

    private Map<String, Double> round(TopicWriter writer, Carrier carrier)
            throws ExecutionException, InterruptedException {
        carrier.announce(writer.writtenCount() + settings.events());
        OurProjector ours = carrier instanceof OurProjector projector ? projector : null;
        Scrape before = ours == null ? null : ours.metrics();
        long visibleMicros = writer.writeBacklog(settings.events());
        Meter meter = Meter.start(servers, carrier);
        Carrier.Drained drained = carrier.await(writer);
        Meter.Cost cost = meter.stop(settings.events());
        long startMicros = drained.startMicros() == 0 ? visibleMicros : drained.startMicros();
        double seconds = Math.max(1, drained.endMicros() - startMicros) / MICROS_PER_SECOND;
        Map<String, Double> figures = new HashMap<>();
        figures.put("events/s", settings.events() / seconds);
        Figures.addCost(figures, cost);
        if (ours != null && before != null) {
            Figures.addBatches(figures, before, ours.metrics(), ours.generation());
        }
        return figures;
    }

    private static double rate(Map<String, Double> round) {
        return round.getOrDefault("events/s", 0.0);
    }
}
