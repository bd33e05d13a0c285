package dev.studybuddy.bench.projector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux says of a process's memory. */
final class Memory {

    private static final long KIB_PER_MIB = 1024;

    private Memory() {}

    /** The most that was resident at any time, MiB. */
    static long mostMib(long pid) {
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
