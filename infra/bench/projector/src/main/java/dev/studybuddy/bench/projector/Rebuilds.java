package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** New generations beside an idle live one, of topics that grow. */
final class Rebuilds {

    private static final double MICROS = 1e6;

    private final Servers servers;
    private final Settings settings;

    Rebuilds(Servers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
    }

    List<Result> measure(TopicWriter writer, OurProjector projector) throws ExecutionException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (int size : settings.sizes()) {
            writer.backlog(size - (int) writer.written());
            projector.await(writer);
            if (results.isEmpty()) {
                // The first one is slower for the JVM's sake, and would hide how the time grows.
                measure(size, writer, projector);
            }
            results.add(measure(size, writer, projector));
        }
        return results;
    }

    private Result measure(int size, TopicWriter writer, OurProjector projector) {
        Scrape before = projector.metrics();
        Meter meter = Meter.start(servers, projector);
        long began = projector.rebuild();
        Carrier.Drained drained = projector.await(writer);
        Map<String, Double> figures = new HashMap<>();
        Figures.add(figures, meter.stop(size));
        double seconds = (drained.endedMicros() - began) / MICROS;
        figures.put("seconds", seconds);
        figures.put("events/s", size / seconds);
        Figures.addBatches(figures, before, projector.metrics(), projector.generation());
        figures.put("memory MiB", (double) projector.memoryMib());
        List<String> differences = projector.differences(writer);
        projector.abort();
        return new Result(
                "rebuild", "mongo-projector, rebuild", "this repository", "rebuild", size, figures, differences);
    }
}
