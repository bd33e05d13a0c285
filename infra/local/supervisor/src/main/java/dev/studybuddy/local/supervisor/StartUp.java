package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Brings the stack up: servers, then services, then the system as a whole; or says who was at fault. */
final class StartUp {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration REMIND_EVERY = Duration.ofSeconds(15);
    private static final long LOOK_EVERY_MILLIS = 200;
    private static final int MOST_DEATHS = 3;
    private static final int LOG_LINES = 30;

    private final Stack stack;
    private final Console console;
    private final UpOptions options;
    /** Never opened: only to wait on. */
    private final CountDownLatch pause = new CountDownLatch(1);

    private final long deadline = System.nanoTime() + LIMIT.toNanos();

    StartUp(Stack stack, Console console, UpOptions options) {
        this.stack = stack;
        this.console = console;
        this.options = options;
    }

    boolean succeeds(Map<String, String> environment) throws InterruptedException {
        if (!startAll(Kind.SERVER) || !startAll(Kind.SERVICE)) {
            return false;
        }
        String kafka = options.servicesOnly()
                ? environment.getOrDefault("SPRING_KAFKA_BOOTSTRAP_SERVERS", "")
                : "127.0.0.1:" + StackPlan.KAFKA_PORT;
        try (WholeSystem system = new WholeSystem(options, kafka)) {
            if (!awaitSystem(system)) {
                return false;
            }
        }
        console.progress("Ready");
        console.say(
                """

                  API            http://localhost:%1$d
                  OpenAPI        http://localhost:%1$d/openapi
                  health         http://localhost:%1$d/health, http://localhost:%1$d/api/health/sync
                  metrics        http://localhost:%2$d/actuator/prometheus (API), %3$d (publisher), %4$d (projector)
                  logs, data     .local/logs, .local/data
                """.formatted(
                        StackPlan.API_PORT,
                        StackPlan.API_MANAGEMENT_PORT,
                        StackPlan.PUBLISHER_PORT,
                        StackPlan.PROJECTOR_PORT).stripTrailing());
        return true;
    }

    private boolean startAll(Kind kind) throws InterruptedException {
        List<Program> waiting = new ArrayList<>(stack.programs(kind));
        waiting.forEach(Program::start);
        long remindAt = System.nanoTime() + REMIND_EVERY.toNanos();
        while (!waiting.isEmpty()) {
            for (Program program : List.copyOf(waiting)) {
                if (program.isWell()) {
                    waiting.remove(program);
                    console.progress(program.spec().name() + " is up on port "
                            + program.spec().port());
                }
            }
            if (fails(waiting)) {
                return false;
            }
            if (System.nanoTime() > remindAt && !waiting.isEmpty()) {
                console.progress("Waiting for " + names(waiting));
                remindAt += REMIND_EVERY.toNanos();
            }
            pause.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
        return true;
    }

    private boolean awaitSystem(WholeSystem system) throws InterruptedException {
        long remindAt = System.nanoTime();
        while (true) {
            Optional<String> missing = unwell();
            if (missing.isEmpty()) {
                missing = system.missing();
            }
            if (missing.isEmpty()) {
                return true;
            }
            if (System.nanoTime() > remindAt) {
                console.progress("Waiting: " + missing.get());
                remindAt = System.nanoTime() + REMIND_EVERY.toNanos();
            }
            if (System.nanoTime() > deadline) {
                console.progress("Gave up after " + LIMIT.toSeconds() + " s: " + missing.get());
                stack.programs(Kind.SERVICE).forEach(this::showLog);
                return false;
            }
            if (fails(List.of())) {
                return false;
            }
            pause.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Services that were well and are no longer, as where one loses a server again. */
    private Optional<String> unwell() throws InterruptedException {
        List<Program> unwell = new ArrayList<>();
        for (Program program : stack.programs(Kind.SERVICE)) {
            if (!program.isWell()) {
                unwell.add(program);
            }
        }
        return unwell.isEmpty() ? Optional.empty() : Optional.of("not ready: " + names(unwell));
    }

    /** Whether a program keeps dying, or those that are waited for are too late; says so with their last words. */
    private boolean fails(List<Program> waiting) {
        List<Program> dying = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            stack.programs(kind).stream()
                    .filter(program -> program.deaths() >= MOST_DEATHS)
                    .forEach(dying::add);
        }
        if (!dying.isEmpty()) {
            console.progress("Keeps ending: " + names(dying));
            dying.forEach(this::showLog);
            return true;
        }
        if (!waiting.isEmpty() && System.nanoTime() > deadline) {
            console.progress(
                    String.format(Locale.ROOT, "Not healthy after %d s: %s", LIMIT.toSeconds(), names(waiting)));
            waiting.forEach(this::showLog);
            return true;
        }
        return false;
    }

    private void showLog(Program program) {
        console.say("--- the end of " + program.log().path());
        program.log().tail(LOG_LINES).forEach(console::say);
    }

    private static String names(List<Program> programs) {
        return String.join(
                ", ", programs.stream().map(program -> program.spec().name()).toList());
    }
}
