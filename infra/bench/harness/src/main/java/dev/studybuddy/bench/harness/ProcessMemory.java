package dev.studybuddy.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads the memory of a process from Linux's {@code /proc}. */
public final class ProcessMemory {

    private static final long KIB_PER_MIB = 1024;

    private ProcessMemory() {}

    /**
     * Returns the peak resident memory of a running process, in MiB.
     *
     * @throws UncheckedIOException if the process has ended
     */
    public static long peakMib(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("this benchmark needs Linux's /proc", e);
        }
    }
}
