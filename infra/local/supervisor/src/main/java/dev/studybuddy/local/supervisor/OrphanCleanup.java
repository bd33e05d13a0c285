package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ends the programs that a killed supervisor left running. */
final class OrphanCleanup {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private OrphanCleanup() {}

    /** Ends the services and then the servers of the state file, prints each one, and deletes the file. */
    static void end(StateFile file, ProgressPrinter printer) throws InterruptedException {
        Optional<StackState> left = file.read();
        if (left.isEmpty()) {
            return;
        }
        for (Kind kind : List.of(Kind.SERVICE, Kind.SERVER)) {
            List<StackState.Entry> entries = left.get().programs().stream()
                    .filter(entry ->
                            entry.kind() == kind && entry.process().alive().isPresent())
                    .toList();
            for (StackState.Entry entry : entries) {
                printer.progress("This command ends " + entry.name() + " (pid "
                        + entry.process().pid() + "), which an earlier infra/up left running");
            }
            Processes.end(
                    entries.stream()
                            .flatMap(entry -> entry.process().alive().stream())
                            .toList(),
                    LIMIT);
        }
        file.delete();
    }
}
