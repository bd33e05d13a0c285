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

/** {@code infra/up}: starts the stack in this process, says when it is ready, and keeps it until this process is ended. */
final class Up {

    private final Layout layout;
    private final Console console;

    Up(Layout layout, Console console) {
        this.layout = layout;
        this.console = console;
    }

    /** Returns only when the stack did not come up. */
    int run(UpOptions options, Map<String, String> environment) throws InterruptedException {
        layout.withFolders();
        StateFile state = new StateFile(layout.stateFile());
        if (!RunLock.take(layout.lockFile())) {
            console.say("The stack runs already" + state.read().map(Up::who).orElse("") + ": infra/status, infra/down");
            return 1;
        }
        Orphans.end(state, console);
        List<ProgramSpec> specs = new StackPlan(layout, environment).programs(options);
        requireJarsAndPorts(specs);
        if (options.fresh()) {
            empty(layout.allData());
            console.progress("The data are emptied");
        }
        Stack stack = new Stack(layout, specs, console);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack), "stop-the-stack"));
        if (!new StartUp(stack, console, options).succeeds(environment)) {
            return 1;
        }
        stack.ready();
        new CountDownLatch(1).await();
        return 0;
    }

    private void stop(Stack stack) {
        try {
            console.progress("Ending everything");
            stack.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String who(StackState state) {
        return ", by pid " + state.supervisor().pid() + " since "
                + state.supervisor().started();
    }

    private static void requireJarsAndPorts(List<ProgramSpec> specs) {
        List<String> faults = specs.stream()
                .flatMap(spec -> Stream.concat(
                        spec.jar().isAbsolute() && !Files.exists(spec.jar())
                                ? Stream.of(spec.jar() + " is not built")
                                : Stream.empty(),
                        spec.ports().stream()
                                .filter(port -> !PortHolder.isFree(port))
                                .map(port -> "port " + port + ", which " + spec.name() + " needs, is in use by "
                                        + PortHolder.describe(port))))
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
            throw new UncheckedIOException("cannot empty " + folder, e);
        }
    }
}
