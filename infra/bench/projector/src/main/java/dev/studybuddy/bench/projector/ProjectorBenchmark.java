package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.projector.workload.EventMix;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.readmodel.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This program runs the projector benchmark for {@code infra/bench/run projector}. The README lists its options. */
public final class ProjectorBenchmark {

    static final int PARTITIONS = 12;
    private static final String LIVE_PROJECTOR = "mongo-projector, live";
    private static final Logger log = LoggerFactory.getLogger(ProjectorBenchmark.class);

    private final ProjectorServers servers;
    private final Settings settings;
    private final Path folder;
    private final List<Result> results = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private ProjectorBenchmark(ProjectorServers servers, Settings settings, Path folder) {
        this.servers = servers;
        this.settings = settings;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.parse(arguments);
        if (!run(settings, new Report(settings))) {
            System.exit(1);
        }
    }

    /** Measures all selected cases, writes the report, and returns whether every case was measured and exact. */
    static boolean run(Settings settings, Report report) throws IOException {
        Path folder = Files.createTempDirectory("projector-bench");
        try (ProjectorServers servers = new ProjectorServers(folder, settings.memory())) {
            ProjectorBenchmark benchmark = new ProjectorBenchmark(servers, settings, folder);
            benchmark.attempt("consumer", benchmark::measureLimit);
            benchmark.attempt("upserts", benchmark::measureLimit);
            benchmark.attempt("sums", benchmark::measureLimit);
            benchmark.attempt("connector-1", id -> benchmark.measureConnector(id, 1));
            benchmark.attempt(
                    "connector-" + settings.workers(), id -> benchmark.measureConnector(id, settings.workers()));
            benchmark.attempt("projector", benchmark::measureProjector);
            benchmark.attempt("connector-1-wide", benchmark::measureConnectorWide);
            benchmark.attempt("projector-wide", benchmark::measureProjectorWide);
            benchmark.attempt("rebuild", benchmark::measureRebuild);
            report.finish(benchmark.results, benchmark.failures, servers.mongoPeakMemoryMib());
            return benchmark.failures.isEmpty()
                    && benchmark.results.stream()
                            .allMatch(each -> each.differences().isEmpty());
        } finally {
            deleteFolder(folder);
        }
    }

    /** Runs one case. If it fails, the run continues with the other cases and fails at its end. */
    private void attempt(String id, Case measurement) {
        if (!settings.measures(id)) {
            return;
        }
        try {
            measurement.run(id);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            log.atError()
                    .addKeyValue("case", id)
                    .setCause(e)
                    .log("The case failed; it is reported as not measured, and the run continues");
            failures.add(id + ": " + e);
        } finally {
            servers.database(database(id)).drop();
        }
    }

    private interface Case {
        void run(String id) throws Exception;
    }

    private void measureLimit(String id) throws Exception {
        String title = switch (id) {
            case "consumer" -> "limit: bare consumer";
            case "upserts" -> "limit: bare bulk upserts";
            default -> "limit: bare upserts and sums";
        };
        // The program keeps the documents of a whole backlog in memory.
        List<String> command = Programs.java(List.of(
                "-Xmx1500m",
                "-cp",
                Programs.bench().toString(),
                "dev.studybuddy.bench.projector.limits.LimitProgram",
                id));
        measureDrain(id, title, "this repository", Result.DRAIN, command, settings.workers());
    }

    private void measureConnector(String id, int tasks) throws Exception {
        measureConnector(id, tasks, Result.DRAIN);
    }

    private void measureConnectorWide(String id) throws Exception {
        measureConnector(id, 1, Result.DRAIN_WIDE);
    }

    private void measureConnector(String id, int tasks, String scenario) throws Exception {
        measureDrain(
                id,
                "MongoDB Kafka connector, " + tasks + (tasks == 1 ? " task" : " tasks"),
                Programs.connectorVersion(),
                scenario,
                Programs.java(List.of("-Xmx512m", "-jar", Programs.connector().toString())),
                tasks);
    }

    private void measureDrain(
            String id, String title, String version, String scenario, List<String> command, int threads)
            throws Exception {
        try (TopicWriter writer = writer(id, scenario);
                Target target = new DrainProcess(
                        command,
                        Map.of(
                                "BENCH_BOOTSTRAP", servers.bootstrap(),
                                "BENCH_MONGO", servers.mongoUri(),
                                "BENCH_DATABASE", database(id),
                                "BENCH_TOPICS", String.join(",", writer.topics()),
                                "BENCH_THREADS", Integer.toString(threads)),
                        folder,
                        id,
                        settings.limit(),
                        id.equals("consumer") ? null : servers.database(database(id)))) {
            add(new DrainBenchmark(servers, settings).measure(id, title, version, scenario, writer, target));
        }
    }

    private void measureProjector(String id) throws Exception {
        try (TopicWriter writer = writer(id, Result.DRAIN);
                ProjectorProcess projector = projector(id)) {
            add(new DrainBenchmark(servers, settings)
                    .measure(id, LIVE_PROJECTOR, "this repository", Result.DRAIN, writer, projector));
            for (int rate : settings.rates()) {
                add(new LagBenchmark(servers, settings).measure(rate, writer, projector));
            }
        }
    }

    private void measureProjectorWide(String id) throws Exception {
        try (TopicWriter writer = writer(id, Result.DRAIN_WIDE);
                ProjectorProcess projector = projector(id)) {
            add(new DrainBenchmark(servers, settings)
                    .measure(id, LIVE_PROJECTOR, "this repository", Result.DRAIN_WIDE, writer, projector));
        }
    }

    private void measureRebuild(String id) throws Exception {
        try (TopicWriter writer = writer(id, Result.DRAIN);
                ProjectorProcess projector = projector(id)) {
            new RebuildBenchmark(servers, settings).measure(writer, projector).forEach(this::add);
        }
    }

    private TopicWriter writer(String id, String scenario) throws Exception {
        EventMix mix = scenario.equals(Result.DRAIN_WIDE)
                ? EventMix.ofManyUsers(settings.wideAggregates())
                : EventMix.ofFewUsers(settings.aggregates());
        return new TopicWriter(servers.bootstrap(), prefix(id), PARTITIONS, mix);
    }

    /** Starts a projector with the first read model alone, because the others would add work that is not measured. */
    private ProjectorProcess projector(String id) {
        return new ProjectorProcess(
                servers,
                database(id),
                prefix(id),
                PARTITIONS,
                List.of(Names.STUDY),
                folder,
                settings.workers(),
                settings.limit());
    }

    private static String prefix(String id) {
        return id + '.';
    }

    private static String database(String id) {
        return "bench_" + id.replace('-', '_');
    }

    private void add(Result result) {
        results.add(result);
        log.atInfo()
                .addKeyValue("case", result.id())
                .addKeyValue("scenario", result.scenario())
                .addKeyValue("events", result.events())
                .addKeyValue("figures", result.figures())
                .addKeyValue("differences", result.differences())
                .log("The benchmark measured a case");
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
