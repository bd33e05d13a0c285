package dev.studybuddy.deployment;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Computes the memory that a limit leaves outside the heap of a service. Java needs this memory for classes, compiled
 * code, threads, the garbage collector and the buffers of the clients. The operating system ends a process that exceeds
 * its limit.
 */
final class MemoryOutsideHeap {

    /**
     * In a measurement under load, mongo-projector needed about 224 MiB. It must have 256 MiB, and each other service
     * 224 MiB.
     */
    static final Map<String, Integer> REQUIRED_MEBIBYTES_OUTSIDE_HEAP =
            Map.of("api-service", 224, "outbox-publisher", 224, "mongo-projector", 256);

    private static final Pattern PERCENTAGE = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
    private static final Pattern LIMIT = Pattern.compile("(\\d+)(m|M|Mi|g|G|Gi)");

    private MemoryOutsideHeap() {}

    /** Returns the memory outside the heap in MiB, with the percentage that a file with the command of Java names. */
    static int mebibytesOutsideHeap(String file, Object limit) throws IOException {
        Matcher percentage = PERCENTAGE.matcher(Repository.read(file));
        if (!percentage.find()) {
            throw new AssertionError("The file " + file + " sets no MaxRAMPercentage.");
        }
        return mebibytes(String.valueOf(limit)) * (100 - Integer.parseInt(percentage.group(1))) / 100;
    }

    private static int mebibytes(String limit) {
        Matcher matcher = LIMIT.matcher(limit);
        if (!matcher.matches()) {
            throw new AssertionError("The limit " + limit + " is not a number of MiB or GiB.");
        }
        int number = Integer.parseInt(matcher.group(1));
        return matcher.group(2).startsWith("m") || matcher.group(2).startsWith("M") ? number : number * 1024;
    }
}
