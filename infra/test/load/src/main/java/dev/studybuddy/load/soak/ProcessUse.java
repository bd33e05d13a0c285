package dev.studybuddy.load.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * This record holds what a process and its children use, from Linux's {@code /proc}.
 *
 * @param memoryMib resident memory; pages that several processes share are divided among them
 * @param cpuSeconds CPU time since the start, with that of children that have ended
 * @param openFiles number of open file descriptors
 */
record ProcessUse(double memoryMib, double cpuSeconds, long openFiles) {

    static final ProcessUse NONE = new ProcessUse(0, 0, 0);

    private static final double KIB_PER_MIB = 1_024;
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

    /**
     * Returns what a process and its descendants use together. A process that has ended uses nothing.
     *
     * @param others processes that are sampled on their own, so that their parent's use excludes them
     */
    static ProcessUse ofTree(long pid, Set<Long> others) throws IOException {
        List<ProcessHandle> tree = new ArrayList<>();
        ProcessHandle.of(pid).ifPresent(root -> addTree(root, others, tree));
        ProcessUse sum = NONE;
        for (ProcessHandle process : tree) {
            sum = sum.plus(of(process));
        }
        return sum;
    }

    private static void addTree(ProcessHandle process, Set<Long> others, List<ProcessHandle> tree) {
        tree.add(process);
        process.children()
                .filter(child -> !others.contains(child.pid()))
                .forEach(child -> addTree(child, others, tree));
    }

    private static ProcessUse of(ProcessHandle process) throws IOException {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        try {
            return new ProcessUse(memoryMib(folder), cpuSeconds(folder), openFiles(folder));
        } catch (IOException unreadable) {
            if (process.isAlive()) {
                throw unreadable;
            }
            return NONE;
        }
    }

    private static double memoryMib(Path folder) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("smaps_rollup"))) {
            Optional<String> line =
                    lines.filter(each -> each.startsWith("Pss:")).findFirst();
            return line.map(text -> Long.parseLong(text.replaceAll("\\D", "")) / KIB_PER_MIB)
                    .orElse(0.0);
        }
    }

    private static double cpuSeconds(Path folder) throws IOException {
        String line = Files.readString(folder.resolve("stat"));
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int n = FIRST_TIME_FIELD; n < FIRST_TIME_FIELD + TIME_FIELDS; n++) {
            ticks += Long.parseLong(fields[n]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long openFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("fd"))) {
            return files.count();
        }
    }

    /** Returns the CPU time that the whole machine has used. */
    static double cpuSecondsOfMachine() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        long ticks = 0;
        for (int n = 1; n < Math.min(fields.length, GUEST_FIELD); n++) {
            ticks += n == IDLE_FIELD || n == IO_WAIT_FIELD ? 0 : Long.parseLong(fields[n]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    private ProcessUse plus(ProcessUse other) {
        return new ProcessUse(memoryMib + other.memoryMib, cpuSeconds + other.cpuSeconds, openFiles + other.openFiles);
    }
}
