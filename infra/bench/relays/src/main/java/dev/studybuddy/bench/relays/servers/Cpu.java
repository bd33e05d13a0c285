package dev.studybuddy.bench.relays.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of CPU time, in seconds; a hundredth is its step. */
public final class Cpu {

    private static final double TICKS_PER_SECOND = 100;
    /** Fields of {@code /proc/<pid>/stat} after the name: user, system, and both of the children that were waited for. */
    private static final int FIRST_TIME_FIELD = 11;

    private static final int TIME_FIELDS = 4;
    private static final int IDLE_FIELD = 4;
    private static final int IO_WAIT_FIELD = 5;
    private static final int GUEST_FIELD = 9;

    private Cpu() {}

    /** CPU time of a process and of its children that have ended; 0 where the process is gone. */
    public static double secondsOf(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int n = FIRST_TIME_FIELD; n < FIRST_TIME_FIELD + TIME_FIELDS; n++) {
                ticks += Long.parseLong(fields[n]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException ended) {
            // Its time is in its parent's fields by then.
            return 0;
        }
    }

    /** CPU time that the whole machine has spent. */
    public static double secondsOfMachine() {
        try {
            String[] fields =
                    Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
            long busy = 0;
            for (int n = 1; n < Math.min(fields.length, GUEST_FIELD); n++) {
                busy += n == IDLE_FIELD || n == IO_WAIT_FIELD ? 0 : Long.parseLong(fields[n]);
            }
            return busy / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("this benchmark needs Linux's /proc", e);
        }
    }
}
