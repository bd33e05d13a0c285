package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.Optional;

/**
 * Runs {@code infra/down}: ends the supervisor, which ends all programs, and ends programs that a killed supervisor
 * left.
 */
final class DownCommand {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Layout layout;
    private final ProgressPrinter printer;

    DownCommand(Layout layout, ProgressPrinter printer) {
        this.layout = layout;
        this.printer = printer;
    }

    int run() throws InterruptedException {
        StateFile file = new StateFile(layout.stateFile());
        Optional<StackState> state = file.read();
        if (state.isEmpty()) {
            printer.print("The stack is not running");
            return 0;
        }
        Optional<ProcessHandle> supervisor = state.get().supervisor().alive();
        if (supervisor.isPresent()) {
            printer.progress("The supervisor ends " + state.get().programs().size() + " programs");
            supervisor.get().destroy();
            if (!Processes.endsWithin(supervisor.get(), LIMIT)) {
                printer.progress("The supervisor did not end within " + LIMIT.toSeconds() + " s; infra/down kills it");
                Processes.kill(supervisor.get());
            }
        }
        OrphanCleanup.end(file, printer);
        printer.progress("All programs ended; the data stay in .local/data");
        return 0;
    }
}
