package dev.studybuddy.load.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests a full garbage collection of a JVM, and then reads the size of the objects in the old generation of its
 * heap. It uses the tools of the JDK.
 */
final class CollectedHeap {

    private static final long LIMIT_SECONDS = 30;
    private static final String OLD_GENERATION_KIB = "OU";
    private static final double KIB_PER_MIB = 1_024;

    private CollectedHeap() {}

    /**
     * Returns the size of the objects in the old generation after a full garbage collection, in MiB, or null if the JVM
     * does not answer in time.
     */
    static @Nullable Double mibOf(long pid) throws IOException, InterruptedException {
        String collected = run("jcmd", Long.toString(pid), "GC.run");
        String sizes = collected == null ? null : run("jstat", "-gc", Long.toString(pid));
        return sizes == null ? null : mib(sizes);
    }

    private static @Nullable Double mib(String sizes) {
        List<String> lines = sizes.strip().lines().toList();
        if (lines.size() < 2) {
            return null;
        }
        List<String> names = List.of(lines.getFirst().strip().split("\\s+", -1));
        List<String> values = List.of(lines.getLast().strip().split("\\s+", -1));
        return Double.parseDouble(values.get(names.indexOf(OLD_GENERATION_KIB))) / KIB_PER_MIB;
    }

    /** Returns the output of a tool, or null if the tool fails or takes too long. */
    private static @Nullable String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        // The output is shorter than the buffer of a pipe, so the tool can end before this method reads it.
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return null;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.exitValue() == 0 ? output : null;
    }
}
