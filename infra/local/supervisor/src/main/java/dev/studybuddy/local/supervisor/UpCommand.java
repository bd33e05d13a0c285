package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Runs {@code infra/up}: starts the stack, reports when it is ready, and keeps it running until this process ends. */
final class UpCommand {

    private final Layout layout;
    private final ProgressPrinter printer;

    UpCommand(Layout layout, ProgressPrinter printer) {
        this.layout = layout;
        this.printer = printer;
    }

    /** Starts the stack and waits until this process is ended. Returns the exit code only if the start fails. */
    int run(UpOptions options, Map<String, String> environment) throws InterruptedException {
        layout.createFolders();
        StateFile state = new StateFile(layout.stateFile());
        if (!RunLock.acquire(layout.lockFile())) {
            printer.print("The stack is already running"
                    + state.read().map(UpCommand::describeSupervisor).orElse("")
                    + "; infra/status shows it, infra/down ends it");
            return 1;
        }
        OrphanCleanup.end(state, printer);
        StackPorts ports = StackPorts.of(environment);
        List<ProgramSpec> specs = new StackPlan(layout, environment, ports).programs(options);
        requireJarsAndPorts(specs);
        if (options.fresh()) {
            empty(layout.allData());
            printer.progress("infra/up deleted the data");
        }
        Stack stack = new Stack(layout, specs, printer);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack), "stop-the-stack"));
        if (!new StackStarter(stack, printer, options, ports).run(environment)) {
            return 1;
        }
        stack.markReady();
        new CountDownLatch(1).await();
        return 0;
    }

    private void stop(Stack stack) {
        try {
            printer.progress("The supervisor ends all programs");
            stack.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String describeSupervisor(StackState state) {
        return ", supervised by pid " + state.supervisor().pid() + " since "
                + state.supervisor().started();
    }

    private static void requireJarsAndPorts(List<ProgramSpec> specs) {
        List<String> faults = specs.stream()
                .flatMap(spec -> Stream.concat(
                        spec.jar().isAbsolute() && !Files.exists(spec.jar())
                                ? Stream.of(spec.jar() + " is not built")
                                : Stream.empty(),
                        spec.ports().stream()
                                .filter(port -> !PortListeners.isFree(port))
                                .map(port -> "port " + port + ", which " + spec.name() + " needs, is in use by "
                                        + PortListeners.describe(port))))
                .toList();
        if (!faults.isEmpty()) {
            throw new UsageException(String.join("\n", faults));
        }
    }

    private static void empty(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder cannot be emptied: " + folder, e);
        }
    }
}
