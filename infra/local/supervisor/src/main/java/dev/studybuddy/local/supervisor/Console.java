package dev.studybuddy.local.supervisor;

import java.io.PrintStream;
import java.util.Locale;

/** What the user reads: lines with the seconds since the start. */
final class Console {

    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long started = System.nanoTime();

    Console(PrintStream out) {
        this.out = out;
    }

    /** A line as it is. */
    synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    /** A line about progress. */
    void progress(String line) {
        say(String.format(Locale.ROOT, "[%6.1f s] %s", seconds(), line));
    }

    double seconds() {
        return (System.nanoTime() - started) / NANOS_PER_SECOND;
    }
}
