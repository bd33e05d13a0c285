package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.CpuMeter;
import dev.studybuddy.bench.harness.Rounds;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The drain benchmark measures how fast a target processes backlogs, each of which becomes visible at once. */
final class DrainBenchmark {

    private static final double MICROS_PER_SECOND = 1e6;

    private final ProjectorServers servers;
    private final Settings settings;

    DrainBenchmark(ProjectorServers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
    }

    /**
     * Measures a target.
     *
     * @param scenario scenario of the result
     */
    Result measure(String id, String title, String version, String scenario, TopicWriter writer, Target target)
            throws ExecutionException, InterruptedException {
        // The warm-up is split into parts, because the limits keep a whole decoded backlog in memory.
        for (int left = settings.warmUp(); left > 0; left -= settings.events()) {
            int part = Math.min(left, settings.events());
            target.announce(writer.writtenCount() + part);
            writer.writeBacklog(part);
            target.await(writer);
        }
        List<Map<String, Double>> rounds = new ArrayList<>();
        for (int n = 0; n < settings.rounds(); n++) {
            rounds.add(round(writer, target));
        }
        Rounds<Map<String, Double>> summary = Rounds.of(rounds, DrainBenchmark::rate);
        Map<String, Double> median = new HashMap<>(summary.median());
        median.put("slowest/s", summary.slowest());
        median.put("fastest/s", summary.fastest());
        median.put("memory MiB", (double) target.peakMemoryMib());
        return new Result(id, title, version, scenario, settings.events(), median, target.differences(writer));
    }

    private Map<String, Double> round(TopicWriter writer, Target target)
            throws ExecutionException, InterruptedException {
        target.announce(writer.writtenCount() + settings.events());
        ProjectorProcess ours = target instanceof ProjectorProcess projector ? projector : null;
        Scrape before = ours == null ? null : ours.metrics();
        long visibleMicros = writer.writeBacklog(settings.events());
        CpuMeter meter = servers.startMeter(target);
        Target.DrainTimes times = target.await(writer);
        CpuMeter.Usage usage = meter.stop();
        long startMicros = times.startMicros() == 0 ? visibleMicros : times.startMicros();
        double seconds = Math.max(1, times.endMicros() - startMicros) / MICROS_PER_SECOND;
        Map<String, Double> figures = new HashMap<>();
        figures.put("events/s", settings.events() / seconds);
        Measurements.addCpu(figures, usage, settings.events());
        if (ours != null && before != null) {
            Measurements.addBatches(figures, before, ours.metrics(), ours.generation());
        }
        return figures;
    }

    private static double rate(Map<String, Double> round) {
        return round.getOrDefault("events/s", 0.0);
    }
}
