package dev.studybuddy.local.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a server's process says that it is ready, and how it ends with whoever started it. */
public final class Lifetime {

    /** Options that every server's program knows. */
    public static final String READY_FILE = "ready-file";

    /** The switch that ends a program when its standard input ends, as it does when the starter dies, however it dies. */
    public static final String END_WITH_STDIN = "end-with-stdin";

    private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

    private Lifetime() {}

    /** Watches standard input where the options ask for it: its end stops this JVM, shutdown hooks included. */
    public static void endWithStarter(Options options) {
        if (!options.has(END_WITH_STDIN)) {
            return;
        }
        Thread watch = new Thread(Lifetime::untilStdinEnds, "end-with-stdin");
        watch.setDaemon(true);
        watch.start();
    }

    private static void untilStdinEnds() {
        InputStream stdin = System.in;
        try {
            while (stdin.read() >= 0) {
                // What is said does not matter, only that somebody is there.
            }
        } catch (IOException broken) {
            log.atInfo().addKeyValue("cause", broken.toString()).log("Standard input broke");
        }
        System.exit(0);
    }

    /** Writes this process's id into the ready file, where the options name one. Whoever reads it sees it whole. */
    public static void ready(Options options) {
        options.get(READY_FILE).map(Path::of).ifPresent(file -> {
            try {
                Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, Long.toString(ProcessHandle.current().pid()));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the ready file " + file, e);
            }
        });
    }
}
