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

/** One program while the stack runs: a guardian thread starts it, and starts it again whenever it ends, until it is stopped. */
final class Program {

    private final ProgramSpec spec;
    private final LogFile log;
    private final Console console;
    private final Runnable changed;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread guardian;

    private volatile @Nullable Process process;
    private volatile StackState.@Nullable Entry entry;
    private final AtomicInteger deaths = new AtomicInteger();

    /**
     * A program that is not started.
     *
     * @param changed called when its process is another one
     */
    Program(ProgramSpec spec, LogFile log, Console console, Runnable changed) {
        this.spec = spec;
        this.log = log;
        this.console = console;
        this.changed = changed;
        this.guardian = new Thread(this::guard, "guard-" + spec.name());
    }

    ProgramSpec spec() {
        return spec;
    }

    LogFile log() {
        return log;
    }

    /** How often it ended without being asked to. */
    int deaths() {
        return deaths.get();
    }

    /** What the state file says of it; empty before its first process. */
    Optional<StackState.Entry> entry() {
        return Optional.ofNullable(entry);
    }

    void start() {
        log.startAnew();
        guardian.start();
    }

    boolean isWell() throws InterruptedException {
        Process running = process;
        return running != null && running.isAlive() && spec.probe().isWell();
    }

    /** Asks it to end, and no longer starts it again. */
    void stop() {
        stopping.countDown();
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    /** Waits for its end after {@link #stop()}; kills it when that takes longer. */
    void awaitEnd(Duration limit) throws InterruptedException {
        guardian.join(limit.toMillis());
        Process running = process;
        if (running != null && running.isAlive()) {
            console.progress(spec.name() + " did not end within " + limit.toSeconds() + " s: killing it");
            Processes.kill(running.toHandle());
            guardian.join(limit.toMillis());
        }
    }

    private void guard() {
        Backoff backoff = new Backoff();
        try {
            while (stopping.getCount() > 0) {
                long began = System.nanoTime();
                String end = runOnce();
                if (stopping.getCount() == 0) {
                    return;
                }
                deaths.incrementAndGet();
                Duration wait = backoff.after(Duration.ofNanos(System.nanoTime() - began));
                console.progress(spec.name() + " " + end + "; starting it again in " + wait.toMillis() + " ms ("
                        + log.path() + ")");
                if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs it to its end, and says how that was. */
    private String runOnce() throws InterruptedException {
        Process started;
        try {
            spec.probe().reset();
            started = builder().start();
        } catch (IOException e) {
            return "can't be started: " + e.getMessage();
        }
        process = started;
        entry = new StackState.Entry(
                spec.name(),
                spec.kind(),
                spec.port(),
                spec.probe(),
                ProcessIdentity.of(started.toHandle(), spec.jar().toString()),
                Instant.now(),
                deaths.get());
        changed.run();
        if (stopping.getCount() == 0) {
            // stop() came between the look at it and the start.
            started.destroy();
        }
        return "ended with code " + started.waitFor();
    }

    /** In a session of its own: a Ctrl-C in the terminal is for the supervisor, which ends the programs in order. */
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
                .removeIf(name -> spec.forgotten().stream().anyMatch(name::startsWith));
        builder.environment().putAll(spec.environment());
        return builder;
    }
}
