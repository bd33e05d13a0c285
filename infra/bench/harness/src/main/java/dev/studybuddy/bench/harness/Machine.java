package dev.studybuddy.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;

/**
 * This record describes the machine on which a run was measured.
 *
 * @param at start time of the run, in UTC
 * @param cores number of cores that the JVM may use
 * @param processor name of the processor as Linux reports it
 * @param memoryGib physical memory in GiB
 * @param java version of the JVM that runs this program and all measured programs
 */
public record Machine(String at, int cores, String processor, long memoryGib, String java) {

    private static final int KIB_PER_GIB = 1 << 20;

    /** Reads the properties of this machine. */
    public static Machine thisOne() {
        return new Machine(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KIB_PER_GIB,
                System.getProperty("java.version"));
    }

    /** Returns all properties as one line of text. */
    public String summary() {
        return at + ", " + cores + " cores (" + processor + "), " + memoryGib + " GiB, Java " + java;
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("0");
        } catch (IOException e) {
            throw new UncheckedIOException("this benchmark needs Linux's /proc", e);
        }
    }
}
