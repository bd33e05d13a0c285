package dev.studybuddy.local.supervisor;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps one program running: a thread starts the program, and restarts it whenever it ends, until it is stopped. */
final class SupervisedProgram {

    private final ProgramSpec spec;
    private final LogFile log;
    private final ProgressPrinter printer;
    private final Runnable processStarted;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread restarter;

    private volatile @Nullable Process process;
    private volatile StackState.@Nullable Entry entry;
    private final AtomicInteger unexpectedEnds = new AtomicInteger();

    /**
     * Creates a program that is not started.
     *
     * @param processStarted the action that runs after each start of a process
     */
    SupervisedProgram(ProgramSpec spec, LogFile log, ProgressPrinter printer, Runnable processStarted) {
        this.spec = spec;
        this.log = log;
        this.printer = printer;
        this.processStarted = processStarted;
        this.restarter = new Thread(this::keepRunning, "restart-" + spec.name());
    }

    ProgramSpec spec() {
        return spec;
    }

    LogFile log() {
        return log;
    }

    /** Returns how often the program ended without a stop. */
    int unexpectedEnds() {
        return unexpectedEnds.get();
    }

    /** Returns the entry for the state file, or empty before the first process is started. */
    Optional<StackState.Entry> entry() {
        return Optional.ofNullable(entry);
    }

    void start() {
        log.rotate();
        restarter.start();
    }

    boolean isHealthy() throws InterruptedException {
        Process running = process;
        return running != null && running.isAlive() && spec.healthCheck().isHealthy();
    }

    /** Ends the program without waiting, and prevents further restarts. */
    void stop() {
        stopping.countDown();
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    /** Waits for the program's end after {@link #stop()}, and kills it after the limit. */
    void awaitEnd(Duration limit) throws InterruptedException {
        restarter.join(limit.toMillis());
        Process running = process;
        if (running != null && running.isAlive()) {
            printer.progress(spec.name() + " did not end within " + limit.toSeconds() + " s; the supervisor kills it");
            Processes.kill(running.toHandle());
            restarter.join(limit.toMillis());
        }
    }

    private void keepRunning() {
        RestartBackoff backoff = new RestartBackoff();
        try {
            while (stopping.getCount() > 0) {
                long began = System.nanoTime();
                String end = runOnce();
                if (stopping.getCount() == 0) {
                    return;
                }
                unexpectedEnds.incrementAndGet();
                Duration wait = backoff.waitAfter(Duration.ofNanos(System.nanoTime() - began));
                printer.progress(spec.name() + " " + end + "; the supervisor restarts it in " + wait.toMillis()
                        + " ms (" + log.path() + ")");
                if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs the program until it ends, and returns how it ended. */
    private String runOnce() throws InterruptedException {
        Process started;
        try {
            spec.healthCheck().reset();
            started = builder().start();
        } catch (IOException e) {
            return "cannot be started: " + e.getMessage();
        }
        process = started;
        entry = new StackState.Entry(
                spec.name(),
                spec.kind(),
                spec.port(),
                spec.healthCheck(),
                ProcessIdentity.of(started.toHandle(), spec.jar().toString()),
                Instant.now(),
                unexpectedEnds.get());
        processStarted.run();
        if (stopping.getCount() == 0) {
            // stop() ran between the check in keepRunning() and the start, and found no process.
            started.destroy();
        }
        return "ended with code " + started.waitFor();
    }

    /**
     * Returns the builder of a process that runs the program in a session of its own. Therefore Ctrl-C reaches only the
     * supervisor, which ends the programs in order.
     */
    private ProcessBuilder builder() {
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(spec.workingFolder().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> spec.removedVariables().stream().anyMatch(name::startsWith));
        builder.environment().putAll(spec.environment());
        return builder;
    }
}
