package dev.studybuddy.local.supervisor;

import java.io.PrintStream;
import java.util.Locale;

/** Prints lines for the user, with the seconds since the start. */
final class ProgressPrinter {

    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long started = System.nanoTime();

    ProgressPrinter(PrintStream out) {
        this.out = out;
    }

    /** Prints a line unchanged. */
    synchronized void print(String line) {
        out.println(line);
        out.flush();
    }

    /** Prints a line about progress, with the seconds since the start. */
    void progress(String line) {
        print(String.format(Locale.ROOT, "[%6.1f s] %s", seconds(), line));
    }

    double seconds() {
        return (System.nanoTime() - started) / NANOS_PER_SECOND;
    }
}
