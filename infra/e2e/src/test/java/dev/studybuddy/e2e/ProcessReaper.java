package dev.studybuddy.e2e;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Ends the programs that are left when this JVM dies, however it dies: a shell that reads the processes' numbers from this
 * JVM's pipe, and kills what it was told of when the pipe ends.
 */
final class Reaper {

    private static final String SCRIPT = """
            alive=" "
            while read -r what pid; do
              case $what in
                began) alive="$alive$pid " ;;
                ended) alive="${alive%% $pid *} ${alive#* $pid }" ;;
              esac
            done
            for pid in $alive; do kill -9 "$pid" 2>/dev/null; done
            """;

    private static final Reaper THE_ONE = new Reaper();

    private final PrintWriter pipe;

    private Reaper() {
        try {
            Process shell = new ProcessBuilder("sh", "-c", SCRIPT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            pipe = new PrintWriter(shell.outputWriter(StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw new UncheckedIOException("no shell to end programs with", e);
        }
    }

    static void began(Process process) {
        tell("began " + process.pid());
    }

    static void ended(Process process) {
        tell("ended " + process.pid());
    }

    private static void tell(String line) {
        synchronized (THE_ONE) {
            THE_ONE.pipe.println(line);
        }
    }
}
