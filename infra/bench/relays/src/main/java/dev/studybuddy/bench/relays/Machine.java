package dev.studybuddy.bench.relays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;

/**
 * Where and when it was measured.
 *
 * @param at start, UTC
 * @param cores that the JVM sees
 * @param processor its name, as Linux gives it
 * @param memoryGib physical memory
 * @param java of this program and of all relays
 */
public record Machine(String at, int cores, String processor, long memoryGib, String java) {

    private static final int KIB_PER_GIB = 1 << 20;

    public static Machine thisOne() {
        return new Machine(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KIB_PER_GIB,
                System.getProperty("java.version"));
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("0");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("this benchmark needs Linux's /proc", e);
        }
    }
}
