package dev.studybuddy.local.supervisor;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stack holds the supervised programs, ends them together, and records them in the state file. {@link StackStarter}
 * starts them.
 */
final class Stack {

    private static final Duration END_LIMIT = Duration.ofSeconds(20);
    private static final long TRUNCATE_LOGS_SECONDS = 5;

    private final List<SupervisedProgram> programs;
    private final StateFile file;
    private final ProgressPrinter printer;
    private final ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current(), "");
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "truncate-logs");
        thread.setDaemon(true);
        return thread;
    });
    private final ScheduledFuture<?> logTruncation;
    private StackState.Phase phase = StackState.Phase.STARTING;
    private boolean stopped;

    Stack(Layout layout, List<ProgramSpec> specs, ProgressPrinter printer) {
        this.file = new StateFile(layout.stateFile());
        this.printer = printer;
        this.programs = specs.stream()
                .map(spec -> new SupervisedProgram(spec, new LogFile(layout.log(spec.name())), printer, this::record))
                .toList();
        record();
        this.logTruncation = housekeeping.scheduleWithFixedDelay(
                this::truncateLogs, TRUNCATE_LOGS_SECONDS, TRUNCATE_LOGS_SECONDS, TimeUnit.SECONDS);
    }

    List<SupervisedProgram> programs(Kind kind) {
        return programs.stream()
                .filter(program -> program.spec().kind() == kind)
                .toList();
    }

    synchronized void markReady() {
        phase = StackState.Phase.READY;
        record();
    }

    /** Ends the services and then the servers, each group in parallel. A second call does nothing. */
    void stop() throws InterruptedException {
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            phase = StackState.Phase.STOPPING;
            record();
        }
        for (Kind kind : List.of(Kind.SERVICE, Kind.SERVER)) {
            List<SupervisedProgram> group = programs(kind);
            group.forEach(SupervisedProgram::stop);
            for (SupervisedProgram program : group) {
                program.awaitEnd(END_LIMIT);
            }
        }
        logTruncation.cancel(false);
        housekeeping.shutdown();
        file.delete();
        printer.progress("All programs ended; the data stay in .local/data");
    }

    private synchronized void record() {
        file.write(new StackState(
                self,
                phase,
                programs.stream()
                        .map(SupervisedProgram::entry)
                        .flatMap(Optional::stream)
                        .toList()));
    }

    private void truncateLogs() {
        for (SupervisedProgram program : programs) {
            try {
                program.log().truncateAbove(LogFile.MAX_BYTES);
            } catch (UncheckedIOException e) {
                printer.progress("The log of " + program.spec().name() + " keeps growing: " + e.getMessage());
            }
        }
    }
}
