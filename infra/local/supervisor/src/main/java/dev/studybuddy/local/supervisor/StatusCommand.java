package dev.studybuddy.local.supervisor;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@code infra/status}, which prints a line for each process. The exit code is 0 if all processes are healthy, 1
 * if one is not, and 3 if the stack is not running.
 */
final class StatusCommand {

    static final int UNHEALTHY = 1;
    static final int NOT_RUNNING = 3;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Layout layout;
    private final ProgressPrinter printer;

    StatusCommand(Layout layout, ProgressPrinter printer) {
        this.layout = layout;
        this.printer = printer;
    }

    /**
     * A line describes one process.
     *
     * @param health {@code up}, {@code unhealthy} (the process runs but its health check fails) or {@code ended}
     */
    record Line(String name, long pid, int port, String health, Instant since, int restarts) {}

    /** A report holds all lines; {@code --json} prints it. */
    record Report(boolean running, String phase, List<Line> processes) {}

    int run(boolean json) throws InterruptedException {
        Report report = report();
        printer.print(json ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) : table(report));
        if (!report.running()) {
            return NOT_RUNNING;
        }
        return report.processes().stream().allMatch(line -> line.health().equals("up")) ? 0 : UNHEALTHY;
    }

    Report report() throws InterruptedException {
        Optional<StackState> state = new StateFile(layout.stateFile()).read();
        if (state.isEmpty()) {
            return new Report(false, "stopped", List.of());
        }
        List<Line> lines = new ArrayList<>();
        ProcessIdentity supervisor = state.get().supervisor();
        boolean supervised = supervisor.alive().isPresent();
        boolean anyAlive = supervised;
        lines.add(new Line("supervisor", supervisor.pid(), 0, supervised ? "up" : "ended", supervisor.started(), 0));
        for (StackState.Entry entry : state.get().programs()) {
            boolean alive = entry.process().alive().isPresent();
            anyAlive |= alive;
            String health = !alive ? "ended" : entry.healthCheck().isHealthy() ? "up" : "unhealthy";
            lines.add(new Line(
                    entry.name(), entry.process().pid(), entry.port(), health, entry.since(), entry.restarts()));
        }
        String phase = supervised ? state.get().phase().name().toLowerCase(Locale.ROOT) : "orphaned";
        return new Report(anyAlive, anyAlive ? phase : "stopped", anyAlive ? lines : List.of());
    }

    private static String table(Report report) {
        if (!report.running()) {
            return "The stack is not running";
        }
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT, "%-20s %8s %6s %-9s %-20s %s", "NAME", "PID", "PORT", "HEALTH", "SINCE", "RESTARTS"));
        for (Line line : report.processes()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%n%-20s %8d %6s %-9s %-20s %d",
                    line.name(),
                    line.pid(),
                    line.port() == 0 ? "-" : line.port(),
                    line.health(),
                    line.since().truncatedTo(ChronoUnit.SECONDS),
                    line.restarts()));
        }
        return table.toString();
    }
}
