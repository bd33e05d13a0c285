package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.outbox.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This program runs the relay benchmark for {@code infra/bench/run publisher}. The README lists its options. */
public final class RelayBenchmark {

    private static final Logger log = LoggerFactory.getLogger(RelayBenchmark.class);

    private final RelayServers servers;
    private final Settings settings;
    private final Path folder;
    private final List<Result> results = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private RelayBenchmark(RelayServers servers, Settings settings, Path folder) {
        this.servers = servers;
        this.settings = settings;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings;
        try {
            settings = Settings.parse(arguments, new Relays().ids());
        } catch (IllegalArgumentException e) {
            log.atError().log("The run does not start: " + e.getMessage());
            System.exit(2);
            return;
        }
        List<String> failures = run(settings, new Report(settings));
        if (!failures.isEmpty()) {
            System.exit(1);
        }
    }

    /**
     * Measures all selected relays, writes the report, and returns the cases that could not be measured, each with its
     * reason.
     */
    static List<String> run(Settings settings, Report report) throws Exception {
        Path folder = Files.createTempDirectory("relay-bench");
        try (RelayServers servers = new RelayServers(folder)) {
            RelayBenchmark benchmark = new RelayBenchmark(servers, settings, folder);
            String versions = servers.versions();
            for (Relay relay : new Relays().all()) {
                benchmark.measure(relay);
                report.write(versions, benchmark.results, benchmark.failures);
            }
            report.print(versions, benchmark.results, benchmark.failures);
            return List.copyOf(benchmark.failures);
        } finally {
            deleteFolder(folder);
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private void measure(Relay relay) {
        if (relay.kind() == Kind.LIMIT) {
            attempt(relay, Part.DRAIN, run -> add(run.measureLimit(Workload.spread("d", settings.events()))));
            return;
        }
        if (relay.kind() == Kind.WRITES_ONLY) {
            attempt(relay, Part.CPU, run -> {
                for (int rate : settings.rates(relay)) {
                    run.offer(rate, false, settings.warmUpSeconds(), "v" + rate);
                    add(run.offer(rate, false, settings.seconds(), "l" + rate));
                }
            });
            return;
        }
        attempt(relay, Part.DRAIN, run -> {
            run.start();
            drain(run, "drain", n -> Workload.spread("d" + n, settings.events()));
        });
        attempt(relay, Part.HOT, run -> {
            run.start();
            int events = settings.hotAggregates() * settings.hotVersions();
            drain(run, "hot keys", n -> new Workload("h" + n, events, settings.hotAggregates()));
        });
        // One load yields both the lag and the CPU time, so that both parts together measure it once.
        boolean lag = settings.measures(relay, Part.LAG);
        attempt(relay, lag ? Part.LAG : Part.CPU, run -> {
            run.start();
            for (int rate : settings.rates(relay)) {
                // This load is not measured: at a low rate, the compiler of a JVM that has just started uses more CPU
                // than the relay.
                run.offer(rate, relay.receivesWakeUps(), settings.warmUpSeconds(), "v" + rate);
                if (relay.receivesWakeUps()) {
                    add(run.offer(rate, true, settings.seconds(), "u" + rate));
                }
                if (lag || !relay.receivesWakeUps()) {
                    add(run.offer(rate, false, settings.seconds(), "l" + rate));
                }
            }
        });
    }

    /**
     * Drains the rounds of a scenario. A round that reaches the limit is the last, because its remaining rows would
     * delay the next.
     */
    private void drain(CaseRun run, String scenario, IntFunction<Workload> backlog) throws Exception {
        boolean complete = true;
        for (int n = 0; n < settings.rounds() && complete; n++) {
            Result result = run.drain(backlog.apply(n), scenario, settings.limit());
            add(result);
            complete = result.missing() == 0;
        }
    }

    private void add(Result result) {
        results.add(result);
        log.atInfo()
                .addKeyValue("relay", result.relay())
                .addKeyValue("scenario", result.scenario())
                .addKeyValue("offered", Math.round(result.offeredPerSecond()))
                .addKeyValue("published/s", Math.round(result.publishedPerSecond()))
                .addKeyValue("p50", result.lagP50())
                .addKeyValue("p99", result.lagP99())
                .addKeyValue("cpuMicros", Math.round(result.totalCpuMicros()))
                .addKeyValue("missing", result.missing())
                .addKeyValue("repeats", result.repeats())
                .addKeyValue("outOfOrder", result.outOfOrder())
                .log("The benchmark measured a case");
    }

    /** Runs one case. If it fails, the run continues with the other cases and fails at its end. */
    private void attempt(Relay relay, Part part, Step step) {
        if (!settings.measures(relay, part)) {
            return;
        }
        try (CaseRun run = new CaseRun(servers, relay, settings, folder, part)) {
            step.run(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the case was interrupted", e);
        } catch (Exception e) {
            log.atError()
                    .addKeyValue("relay", relay.id())
                    .addKeyValue("part", part.id())
                    .setCause(e)
                    .log("The case failed; it is reported as not measured, and the run continues");
            failures.add(relay.id() + ", " + part.id() + ": " + e);
        }
    }

    private interface Step {
        void run(CaseRun run) throws Exception;
    }
}
