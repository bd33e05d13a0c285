package dev.studybuddy.publisher;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Ends the program. The stop is graceful, but the process ends even if the graceful stop hangs. */
final class ProgramExit {

    private static final Logger log = LoggerFactory.getLogger(ProgramExit.class);
    /**
     * The process ends at once if the graceful stop takes longer than this time. A graceful stop takes at most about 10
     * s if the database answers at once.
     */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final ConfigurableApplicationContext context;

    ProgramExit(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Begins to end the program with this exit code, and returns at once. */
    void begin(int code) {
        try {
            // The thread of a loop is a daemon. If this thread were one too, the process could end with exit code 0 as
            // soon as the graceful stop ends the last other thread.
            Thread exit = Thread.ofPlatform()
                    .name("outbox-exit")
                    .daemon(false)
                    .start(() -> System.exit(SpringApplication.exit(context, () -> code)));
            Thread.ofPlatform().name("outbox-halt").daemon().start(() -> haltAfterGrace(exit, code));
        } catch (OutOfMemoryError e) {
            // The process cannot create a thread, so a graceful stop is impossible. Its leases expire.
            Runtime.getRuntime().halt(code);
            throw e;
        }
    }

    private static void haltAfterGrace(Thread exit, int code) {
        try {
            if (!exit.join(GRACE)) {
                log.atError().log("The graceful stop did not end in time; the process ends now, and its leases expire");
                Runtime.getRuntime().halt(code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
