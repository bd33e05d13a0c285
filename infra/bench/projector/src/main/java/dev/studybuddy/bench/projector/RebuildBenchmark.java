package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.CpuMeter;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The rebuild benchmark measures rebuilds from growing topics while the live generation is idle. */
final class RebuildBenchmark {

    private static final double MICROS_PER_SECOND = 1e6;

    private final ProjectorServers servers;
    private final Settings settings;

    RebuildBenchmark(ProjectorServers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
    }

    List<Result> measure(TopicWriter writer, ProjectorProcess projector)
            throws ExecutionException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (int size : settings.sizes()) {
            writer.writeBacklog(size - (int) writer.writtenCount());
            projector.await(writer);
            if (results.isEmpty()) {
                // The first rebuild is not measured: the JVM compiles its code at this time, which would hide how the
                // duration grows.
                measure(size, writer, projector);
            }
            results.add(measure(size, writer, projector));
        }
        return results;
    }

    private Result measure(int size, TopicWriter writer, ProjectorProcess projector) {
        Scrape before = projector.metrics();
        CpuMeter meter = servers.startMeter(projector);
        long startMicros = projector.startRebuild();
        Target.DrainTimes times = projector.await(writer);
        Map<String, Double> figures = new HashMap<>();
        Measurements.addCpu(figures, meter.stop(), size);
        double seconds = (times.endMicros() - startMicros) / MICROS_PER_SECOND;
        figures.put("seconds", seconds);
        figures.put("events/s", size / seconds);
        Measurements.addBatches(figures, before, projector.metrics(), projector.generation());
        figures.put("memory MiB", (double) projector.peakMemoryMib());
        List<String> differences = projector.differences(writer);
        projector.abortRebuild();
        return new Result(
                "rebuild", "mongo-projector, rebuild", "this repository", "rebuild", size, figures, differences);
    }
}
