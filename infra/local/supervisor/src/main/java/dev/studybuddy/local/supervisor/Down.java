package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.Optional;

/** {@code infra/down}: ends the supervisor, which ends everything; where it is gone, ends what it left. */
final class Down {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Layout layout;
    private final Console console;

    Down(Layout layout, Console console) {
        this.layout = layout;
        this.console = console;
    }

    int run() throws InterruptedException {
        StateFile file = new StateFile(layout.stateFile());
        Optional<StackState> state = file.read();
        if (state.isEmpty()) {
            console.say("Nothing runs");
            return 0;
        }
        Optional<ProcessHandle> supervisor = state.get().supervisor().alive();
        if (supervisor.isPresent()) {
            console.progress("Ending " + state.get().programs().size() + " programs");
            supervisor.get().destroy();
            if (!Processes.endsWithin(supervisor.get(), LIMIT)) {
                console.progress("The supervisor did not end: killing it");
                Processes.kill(supervisor.get());
            }
        }
        Orphans.end(file, console);
        console.progress("All is ended; the data are kept below .local/data");
        return 0;
    }
}
