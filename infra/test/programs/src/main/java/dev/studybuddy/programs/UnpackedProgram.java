package dev.studybuddy.programs;

import dev.studybuddy.local.program.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Unpacks a program's jar, as the program's image does. The tests start programs many times, and a start from the
 * unpacked jar needs much less processor time. All test JVMs share the folder.
 */
final class UnpackedProgram {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    private UnpackedProgram() {}

    /**
     * Returns the jar that starts the unpacked program. It unpacks the program if no JVM did so since the jar was built.
     *
     * @param folder the folder that belongs to this program
     */
    static synchronized Path jar(Path folder, Path packedJar) {
        Path unpacked = folder.resolve("unpacked");
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // The end of the channel, or of this JVM, releases the lock.
                lock.lock();
                unpackIfNew(packedJar, unpacked, folder.resolve("origin"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + packedJar, e);
        }
        return unpacked.resolve(packedJar.getFileName());
    }

    private static void unpackIfNew(Path packedJar, Path unpacked, Path originFile) throws IOException {
        String origin = Files.getLastModifiedTime(packedJar) + " " + Files.size(packedJar);
        if (Files.exists(originFile) && Files.readString(originFile).equals(origin)) {
            return;
        }
        Files.deleteIfExists(originFile);
        remove(unpacked);
        List<String> options = List.of("extract", "--destination", unpacked.toString());
        run(new JavaCommand(List.of("-Djarmode=tools"), packedJar, options).words());
        Files.writeString(originFile, origin);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        ProcessReaper.register(process);
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while unpacking a program", e);
        } finally {
            process.destroyForcibly();
            ProcessReaper.unregister(process);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
