package dev.studybuddy.programs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Kills the programs that still run when this JVM ends for any reason. A shell reads the process ids from a pipe of
 * this JVM, and kills the registered processes when the pipe closes.
 */
final class ProcessReaper {

    private static final String SCRIPT = """
            running=" "
            while read -r action pid; do
              case $action in
                add) running="$running$pid " ;;
                remove) running="${running%% $pid *} ${running#* $pid }" ;;
              esac
            done
            for pid in $running; do kill -9 "$pid" 2>/dev/null; done
            """;

    private static final ProcessReaper INSTANCE = new ProcessReaper();

    private final PrintWriter pipe;

    private ProcessReaper() {
        try {
            Process shell = new ProcessBuilder("sh", "-c", SCRIPT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            pipe = new PrintWriter(shell.outputWriter(StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw new UncheckedIOException("The shell that kills the remaining programs cannot be started", e);
        }
    }

    static void register(Process process) {
        send("add " + process.pid());
    }

    static void unregister(Process process) {
        send("remove " + process.pid());
    }

    private static void send(String line) {
        synchronized (INSTANCE) {
            INSTANCE.pipe.println(line);
        }
    }
}
