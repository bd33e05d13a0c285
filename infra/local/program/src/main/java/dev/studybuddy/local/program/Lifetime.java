package dev.studybuddy.local.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports that a server's process is ready, and ends the process when its starter ends. */
public final class Lifetime {

    /** This option names the file that a program writes when it is ready. */
    public static final String READY_FILE = "ready-file";

    /**
     * This switch ends a program when its standard input ends. Standard input ends whenever the starter of the program
     * ends, for any reason.
     */
    public static final String END_WITH_STDIN = "end-with-stdin";

    private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

    private Lifetime() {}

    /** Exits this JVM and runs its shutdown hooks when standard input ends, if the options contain the switch. */
    public static void endWithStarter(Options options) {
        if (!options.has(END_WITH_STDIN)) {
            return;
        }
        Thread monitor = new Thread(Lifetime::exitWhenStdinEnds, "end-with-stdin");
        monitor.setDaemon(true);
        monitor.start();
    }

    private static void exitWhenStdinEnds() {
        InputStream stdin = System.in;
        try {
            while (stdin.read() >= 0) {
                // The bytes have no meaning; only the end of the stream has one.
            }
        } catch (IOException broken) {
            log.atInfo()
                    .addKeyValue("cause", broken.toString())
                    .log("Standard input cannot be read; this program ends");
        }
        System.exit(0);
    }

    /**
     * Writes this process's id into the ready file if the options name one. A reader never finds a partly written file.
     */
    public static void reportReady(Options options) {
        options.get(READY_FILE).map(Path::of).ifPresent(file -> {
            try {
                Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, Long.toString(ProcessHandle.current().pid()));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("The ready file cannot be written: " + file, e);
            }
        });
    }
}
