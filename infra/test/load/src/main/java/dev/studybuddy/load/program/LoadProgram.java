package dev.studybuddy.load.program;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.audit.ConsistencyAudit;
import dev.studybuddy.load.LoadPlan;
import dev.studybuddy.load.LoadResult;
import dev.studybuddy.load.LoadRun;
import dev.studybuddy.load.WriteLagSampler;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.load.soak.SoakRecorder;
import dev.studybuddy.local.program.Options;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * This class is the program that {@code infra/bench/run load} and {@code infra/bench/run audit} start. Its exit code is
 * 0 only if every check passes.
 */
public final class LoadProgram {

    private static final String USAGE = """
            infra/bench/run load  [--api=http://localhost:3001] [--writes=10000] [--clients=32] [--users=20]
                                  [--warm-up=1000] [--rate=0] [--seed=1] [--settle=60] [--json=FILE]
                                  [--duration=60m] [--samples=FILE]
            infra/bench/run audit [--settle=60] [--json=FILE]

            load    sends mixed writes from concurrent clients to a running stack in mode open, then runs the audit;
                    --duration with --rate takes the place of --writes; --samples writes a line of JSON each minute
            audit   compares all of SQL, the topics and MongoDB, until they agree or --settle seconds have passed
            SPRING_DATASOURCE_URL, SPRING_KAFKA_BOOTSTRAP_SERVERS, SPRING_MONGODB_URI and STUDYBUDDY_TOPIC_PREFIX
            name the servers. The defaults are the servers of the local stack.
            """;

    private static final Duration SAMPLE_INTERVAL = Duration.ofMinutes(1);

    private final Options options;
    private final PrintStream out;
    private final AuditedServers servers = StackAddresses.of(System.getenv());
    private int sampleFaults;

    private LoadProgram(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        if (arguments.length == 0) {
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        boolean passes;
        try {
            passes = switch (arguments[0]) {
                case "load" ->
                    new LoadProgram(
                                    Options.parse(
                                            rest,
                                            "api",
                                            "writes",
                                            "clients",
                                            "users",
                                            "warm-up",
                                            "rate",
                                            "seed",
                                            "settle",
                                            "json",
                                            "duration",
                                            "samples"),
                                    System.out)
                            .load();
                case "audit" -> new LoadProgram(Options.parse(rest, "settle", "json"), System.out).audit();
                default -> throw new IllegalArgumentException("the command " + arguments[0] + " is unknown");
            };
        } catch (IllegalArgumentException invalid) {
            System.err.println(invalid.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        System.exit(passes ? 0 : 1);
    }

    private boolean load() throws IOException, InterruptedException, SQLException {
        LoadPlan plan = new LoadPlan(
                URI.create(options.get("api").orElse("http://localhost:3001")),
                number("warm-up", options.has("duration") ? 0 : 1_000),
                options.has("duration") ? writesOfDuration() : number("writes", 10_000),
                number("clients", 32),
                number("users", 20),
                number("rate", 0),
                number("seed", 1));
        AcknowledgedWrites acknowledgedWrites = new AcknowledgedWrites();
        LoadResult result;
        try (ApiClient api = new ApiClient(plan.api());
                WriteLagSampler lag = new WriteLagSampler(servers.mongoUri())) {
            out.printf(
                    "%d measured writes after %d warm-up writes, by %d clients for %d users, %s%n",
                    plan.writes(),
                    plan.warmUp(),
                    plan.clients(),
                    plan.users(),
                    plan.rate() == 0
                            ? "each sent after the answer to the client's last write"
                            : plan.rate() + " offered per second");
            LoadRun run = new LoadRun(plan, api, acknowledgedWrites, lag);
            result = options.has("samples") ? sampled(run) : run.run();
        }
        AuditReport report = auditOf(acknowledgedWrites);
        boolean passes = report.exact() && result.passes() && sampleFaults == 0;
        out.printf("%nRates%n");
        out.printf(
                "  reached           %.0f writes/s (%d in %.1f s)%n",
                result.writesPerSecond(), result.acknowledged(), result.seconds());
        out.printf("  API latency       %s%n", result.latency());
        out.printf("  write to MongoDB  %s%n", result.lag());
        out.printf("%nCorrectness%n");
        out.printf(
                "  answers           %s; %d of the 404 answers raced with a deletion%n",
                new TreeMap<>(result.statuses()), result.raced());
        out.printf(
                "  failed            %d writes; %d more were rejected (503, 429);"
                        + " %d samples did not become visible in MongoDB%n",
                result.failed(), result.rejected(), result.lagGivenUp());
        out.printf(
                "  audit             %s of %d acknowledged writes: %s%n",
                report.exact() ? "exact" : "NOT EXACT", acknowledgedWrites.size(), report.describe());
        if (sampleFaults > 0) {
            out.printf("  samples           %d could not be taken%n", sampleFaults);
        }
        out.println(passes ? "\nall checks pass" : "\nA CHECK FAILED");
        writeJson(Map.of(
                "plan",
                plan,
                "load",
                result,
                "writesPerSecond",
                result.writesPerSecond(),
                "audit",
                report,
                "holds",
                passes));
        return passes;
    }

    /** Runs a load that a recorder samples. */
    private LoadResult sampled(LoadRun run) throws IOException, InterruptedException {
        try (SoakRecorder recorder =
                SoakRecorder.start(run, servers, Repository.find(), SAMPLE_INTERVAL, options.path("samples"))) {
            LoadResult result = run.run();
            sampleFaults = recorder.finish();
            return result;
        }
    }

    private int writesOfDuration() {
        int rate = number("rate", 0);
        if (rate < 1 || options.has("writes")) {
            throw new IllegalArgumentException("--duration needs --rate, and excludes --writes");
        }
        try {
            Duration duration = Duration.parse("PT" + options.required("duration"));
            return Math.toIntExact(duration.toSeconds() * rate);
        } catch (DateTimeParseException | ArithmeticException invalid) {
            throw new IllegalArgumentException(
                    "--duration=" + options.required("duration") + " must be a duration such as 90s, 60m or 2h",
                    invalid);
        }
    }

    private boolean audit() throws IOException, InterruptedException, SQLException {
        AuditReport report = auditOf(new AcknowledgedWrites());
        out.println((report.exact() ? "exact: " : "NOT EXACT: ") + report.describe());
        writeJson(Map.of("audit", report, "holds", report.exact()));
        return report.exact();
    }

    private AuditReport auditOf(AcknowledgedWrites acknowledgedWrites) throws InterruptedException, SQLException {
        return new ConsistencyAudit(servers, acknowledgedWrites)
                .runUntilExact(Duration.ofSeconds(number("settle", 60)));
    }

    private int number(String option, int fallback) {
        return options.get(option).map(Integer::parseInt).orElse(fallback);
    }

    private void writeJson(Map<String, Object> report) throws IOException {
        if (options.has("json")) {
            JsonMapper json = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            Files.writeString(Path.of(options.required("json")), json.writeValueAsString(report));
        }
    }
}
