package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.CpuMeter;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.contract.AggregateType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The lag benchmark measures how late a mirror is while events arrive at an even rate. */
final class LagBenchmark {

    private static final int MAX_WARM_UP_SECONDS = 20;

    private final ProjectorServers servers;
    private final Settings settings;

    LagBenchmark(ProjectorServers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
    }

    Result measure(int rate, TopicWriter writer, ProjectorProcess projector)
            throws ExecutionException, InterruptedException {
        writer.writePaced(Math.min(MAX_WARM_UP_SECONDS, settings.seconds()) * rate, rate, (event, at) -> {});
        projector.await(writer);
        int events = rate * settings.seconds();
        Scrape before = projector.metrics();
        Map<String, Double> figures = new HashMap<>();
        CpuMeter meter = servers.startMeter(projector);
        try (EventLagSampler sampler = new EventLagSampler(
                projector.database().getCollection(projector.mirrorCollection(AggregateType.TODO)), rate)) {
            double seconds = writer.writePaced(events, rate, sampler::recordSend);
            figures.put("reached/s", events / seconds);
            sampler.awaitAllVisible(settings.limit());
            projector.await(writer);
            Measurements.addCpu(figures, meter.stop(), events);
            figures.put("seen", (double) sampler.sampleCount());
            figures.put("p50 ms", sampler.percentileMillis(50));
            figures.put("p95 ms", sampler.percentileMillis(95));
            figures.put("p99 ms", sampler.percentileMillis(99));
            figures.put("max ms", sampler.percentileMillis(100));
        }
        Scrape after = projector.metrics();
        String label = "generation=\"" + projector.generation() + '"';
        figures.put("own p50 ms", after.percentileSince(before, 50, "projector_end_to_end_seconds", label));
        figures.put("own p99 ms", after.percentileSince(before, 99, "projector_end_to_end_seconds", label));
        Measurements.addBatches(figures, before, after, projector.generation());
        figures.put("offered/s", (double) rate);
        figures.put("memory MiB", (double) projector.peakMemoryMib());
        return new Result(
                "projector",
                "mongo-projector, live",
                "this repository",
                "lag",
                events,
                figures,
                projector.differences(writer));
    }
}
