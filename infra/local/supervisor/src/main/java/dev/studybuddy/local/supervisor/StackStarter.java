package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts the servers, then the services, and waits for the whole system; on failure it reports the programs at fault.
 */
final class StackStarter {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration REMIND_EVERY = Duration.ofSeconds(15);
    private static final long POLL_MILLIS = 200;
    private static final int MAX_ENDS = 3;
    private static final int LOG_LINES = 30;

    private final Stack stack;
    private final ProgressPrinter printer;
    private final UpOptions options;
    private final StackPorts ports;
    /** This latch is never opened; its timed wait is the pause between two checks. */
    private final CountDownLatch pause = new CountDownLatch(1);

    private final long deadline = System.nanoTime() + LIMIT.toNanos();

    StackStarter(Stack stack, ProgressPrinter printer, UpOptions options, StackPorts ports) {
        this.stack = stack;
        this.printer = printer;
        this.options = options;
        this.ports = ports;
    }

    /** Starts everything and returns whether the system works before the time limit. */
    boolean run(Map<String, String> environment) throws InterruptedException {
        if (!startAll(Kind.SERVER) || !startAll(Kind.SERVICE)) {
            return false;
        }
        String kafka = options.servicesOnly()
                ? environment.getOrDefault("SPRING_KAFKA_BOOTSTRAP_SERVERS", "")
                : "127.0.0.1:" + ports.kafka();
        try (SystemReadiness system = new SystemReadiness(options, ports, kafka)) {
            if (!awaitSystem(system)) {
                return false;
            }
        }
        printer.progress("The stack is ready");
        printer.print(String.format(
                        Locale.ROOT, """

                  API            http://localhost:%1$d
                  OpenAPI        http://localhost:%1$d/openapi
                  health         http://localhost:%1$d/health, http://localhost:%1$d/api/health/sync
                  metrics        http://localhost:%2$d/actuator/prometheus (API), %3$d (publisher), %4$d (projector)
                  logs, data     .local/logs, .local/data
                """, ports.api(), ports.apiManagement(), ports.publisher(1), ports.projector(1))
                .stripTrailing());
        return true;
    }

    private boolean startAll(Kind kind) throws InterruptedException {
        List<SupervisedProgram> waiting = new ArrayList<>(stack.programs(kind));
        waiting.forEach(SupervisedProgram::start);
        long remindAt = System.nanoTime() + REMIND_EVERY.toNanos();
        while (!waiting.isEmpty()) {
            for (SupervisedProgram program : List.copyOf(waiting)) {
                if (program.isHealthy()) {
                    waiting.remove(program);
                    printer.progress(program.spec().name() + " is healthy on port "
                            + program.spec().port());
                }
            }
            if (hasFailed(waiting)) {
                return false;
            }
            if (System.nanoTime() > remindAt && !waiting.isEmpty()) {
                printer.progress("The start waits for " + names(waiting));
                remindAt += REMIND_EVERY.toNanos();
            }
            pause.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        return true;
    }

    private boolean awaitSystem(SystemReadiness system) throws InterruptedException {
        long remindAt = System.nanoTime();
        while (true) {
            Optional<String> obstacle = unhealthyServices();
            if (obstacle.isEmpty()) {
                obstacle = system.findObstacle();
            }
            if (obstacle.isEmpty()) {
                return true;
            }
            if (System.nanoTime() > remindAt) {
                printer.progress("The start waits because " + obstacle.get());
                remindAt = System.nanoTime() + REMIND_EVERY.toNanos();
            }
            if (System.nanoTime() > deadline) {
                printer.progress("The system is not ready after " + LIMIT.toSeconds() + " s: " + obstacle.get());
                stack.programs(Kind.SERVICE).forEach(this::showLog);
                return false;
            }
            if (hasFailed(List.of())) {
                return false;
            }
            pause.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Returns a text that names the services that became unhealthy again, for example after the loss of a server, or
     * empty if all services are healthy.
     */
    private Optional<String> unhealthyServices() throws InterruptedException {
        List<SupervisedProgram> unhealthy = new ArrayList<>();
        for (SupervisedProgram program : stack.programs(Kind.SERVICE)) {
            if (!program.isHealthy()) {
                unhealthy.add(program);
            }
        }
        return unhealthy.isEmpty()
                ? Optional.empty()
                : Optional.of("these services are not healthy: " + names(unhealthy));
    }

    /** Returns whether a program ended too often or is too late, and prints the end of its log if so. */
    private boolean hasFailed(List<SupervisedProgram> waiting) {
        List<SupervisedProgram> failing = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            stack.programs(kind).stream()
                    .filter(program -> program.unexpectedEnds() >= MAX_ENDS)
                    .forEach(failing::add);
        }
        if (!failing.isEmpty()) {
            printer.progress("These programs end repeatedly: " + names(failing));
            failing.forEach(this::showLog);
            return true;
        }
        if (!waiting.isEmpty() && System.nanoTime() > deadline) {
            printer.progress(String.format(
                    Locale.ROOT, "These programs are not healthy after %d s: %s", LIMIT.toSeconds(), names(waiting)));
            waiting.forEach(this::showLog);
            return true;
        }
        return false;
    }

    private void showLog(SupervisedProgram program) {
        printer.print("--- last lines of " + program.log().path());
        program.log().tail(LOG_LINES).forEach(printer::print);
    }

    private static String names(List<SupervisedProgram> programs) {
        return String.join(
                ", ", programs.stream().map(program -> program.spec().name()).toList());
    }
}
