package dev.studybuddy.programs;

import dev.studybuddy.local.program.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Unpacks a program's jar, as the program's image does, and archives the classes that its start loads. The tests start
 * programs many times, and a start from the unpacked jar with an archive needs much less processor time. All test JVMs
 * share the folder.
 */
final class UnpackedProgram {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** No server listens on this port, so the run that fills the archive changes no data. */
    private static final String NOWHERE = "127.0.0.1:9";

    private static final Map<String, String> NO_SERVERS = Map.of(
            "SPRING_DATASOURCE_URL",
            "jdbc:postgresql://" + NOWHERE + "/none",
            "SPRING_FLYWAY_ENABLED",
            "false",
            "SPRING_KAFKA_BOOTSTRAP_SERVERS",
            NOWHERE,
            "SPRING_MONGODB_URI",
            "mongodb://" + NOWHERE + "/none",
            "STUDYBUDDY_ACCESS_MODE",
            "open",
            "STUDYBUDDY_ACCESS_SIGNING_KEY",
            "not-secret".repeat(4),
            "SERVER_ADDRESS",
            "127.0.0.1");

    private final Path packedJar;
    private final List<String> jvm;
    private final Path unpacked;
    private final Path archive;
    private final Path originFile;
    private final Path log;

    private UnpackedProgram(Path folder, Path packedJar, List<String> jvm) {
        this.packedJar = packedJar;
        this.jvm = jvm;
        this.unpacked = folder.resolve("unpacked");
        this.archive = folder.resolve("classes.jsa");
        this.originFile = folder.resolve("origin");
        this.log = folder.resolve("unpack.log");
    }

    /**
     * Returns the command that starts the unpacked program. It unpacks the program if no JVM did so since the jar was
     * built.
     *
     * @param folder the folder that belongs to this program
     * @param jvm options for the program's JVM
     */
    static synchronized JavaCommand command(Path folder, Path packedJar, List<String> jvm) {
        UnpackedProgram program = new UnpackedProgram(folder, packedJar, jvm);
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // The lock is released when the channel is closed or this JVM ends.
                lock.lock();
                program.unpackIfNew();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The jar cannot be unpacked: " + packedJar, e);
        }
        // A JVM that cannot use the archive, for example because its version differs, loads the classes as usual.
        return program.command(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + program.archive));
    }

    private JavaCommand command(List<String> more) {
        List<String> options = new ArrayList<>(jvm);
        options.addAll(more);
        return new JavaCommand(options, unpacked.resolve(packedJar.getFileName()), List.of());
    }

    private void unpackIfNew() throws IOException {
        String origin = packedJar + " " + Files.getLastModifiedTime(packedJar) + " " + Files.size(packedJar) + " "
                + Runtime.version();
        if (Files.exists(originFile) && Files.readString(originFile).equals(origin)) {
            return;
        }
        Files.deleteIfExists(originFile);
        Files.deleteIfExists(archive);
        remove(unpacked);
        List<String> options = List.of("extract", "--destination", unpacked.toString());
        JavaCommand unpack = new JavaCommand(List.of("-Djarmode=tools"), packedJar, options);
        if (run(unpack) != 0) {
            throw failed(unpack);
        }
        archiveClasses();
        Files.writeString(originFile, origin);
    }

    /**
     * Starts the program without servers. It ends when all beans exist or one of them needs a server. At its end, the
     * JVM writes the classes that it has loaded to the archive.
     */
    private void archiveClasses() throws IOException {
        JavaCommand start = command(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh"));
        run(start);
        if (!Files.exists(archive)) {
            throw failed(start);
        }
    }

    private IllegalStateException failed(JavaCommand command) {
        return new IllegalStateException(String.join(" ", command.words()) + " failed; its output is in " + log);
    }

    /** Runs a command and returns its exit code. */
    private int run(JavaCommand command) throws IOException {
        // Maven reads the standard output of a test JVM, so the command must not write to it.
        ProcessBuilder builder = new ProcessBuilder(command.words())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(NO_SERVERS);
        Process process = builder.start();
        ProcessReaper.register(process);
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failed(command);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The unpacking of a program was interrupted", e);
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
