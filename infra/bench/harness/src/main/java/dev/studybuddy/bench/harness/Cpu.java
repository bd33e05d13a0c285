package dev.studybuddy.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads CPU times from Linux's {@code /proc}, in seconds with a resolution of 0.01 s. */
public final class Cpu {

    private static final double TICKS_PER_SECOND = 100;
    /**
     * This is the index of the first of four fields after the name in {@code /proc/<pid>/stat}: the user and the system
     * time of the process, and both times of its children that have ended.
     */
    private static final int FIRST_TIME_FIELD = 11;

    private static final int TIME_FIELDS = 4;
    private static final int IDLE_FIELD = 4;
    private static final int IO_WAIT_FIELD = 5;
    private static final int GUEST_FIELD = 9;

    private Cpu() {}

    /** Returns the CPU time of a process and of its children that have ended, or 0 if the process has ended. */
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
            // The parent's fields now include the time of this process.
            return 0;
        }
    }

    /** Returns the CPU time that the whole machine has used. */
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
            throw new UncheckedIOException("this benchmark needs Linux's /proc", e);
        }
    }
}
