package dev.studybuddy.local.supervisor;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code infra/up --detach}: starts a supervisor in the background, prints its log, and returns when the stack is
 * ready.
 */
final class DetachedUpCommand {

    private static final long POLL_MILLIS = 100;

    private final Layout layout;
    private final ProgressPrinter printer;

    DetachedUpCommand(Layout layout, ProgressPrinter printer) {
        this.layout = layout;
        this.printer = printer;
    }

    /** Returns the exit code: 0 if the stack is ready, and at least 1 if the supervisor ended before. */
    int run(UpOptions options) throws InterruptedException {
        layout.createFolders();
        LogFile log = new LogFile(layout.log("supervisor"));
        StateFile state = new StateFile(layout.stateFile());
        try {
            long from = log.path().toFile().length();
            Process supervisor = new ProcessBuilder(command(options))
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()))
                    .start();
            while (true) {
                boolean ended = supervisor.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                boolean ready = state.read()
                        .filter(now -> now.supervisor().pid() == supervisor.pid())
                        .filter(now -> now.phase() == StackState.Phase.READY)
                        .isPresent();
                from = printNewLines(log, from);
                if (ended) {
                    return Math.max(1, supervisor.exitValue());
                }
                if (ready) {
                    printer.print("The stack runs in the background; infra/status shows it, infra/down ends it");
                    return 0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The supervisor cannot be started in the background", e);
        }
    }

    /** Returns the command that starts this program again, in a new session and in the foreground. */
    private static List<String> command(UpOptions options) {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> words = new ArrayList<>(List.of("setsid", self.command().orElseThrow()));
        String[] arguments = self.arguments().orElseThrow();
        for (String argument : arguments) {
            words.add(argument);
            if (argument.equals("up")) {
                break;
            }
        }
        words.addAll(options.foregroundArguments());
        return words;
    }

    private long printNewLines(LogFile log, long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.path().toFile(), "r")) {
            long end = file.length();
            if (end <= from) {
                return from;
            }
            file.seek(from);
            byte[] bytes = new byte[(int) (end - from)];
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int complete = text.lastIndexOf('\n') + 1;
            if (complete > 0) {
                printer.print(text.substring(0, complete - 1));
            }
            return from + text.substring(0, complete).getBytes(StandardCharsets.UTF_8).length;
        }
    }
}
