package dev.studybuddy.publisher;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.publisher.outbox.JdbcPauseTable;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the paused types from the database and passes them to the publishing loop. If a read fails, the pauses of the
 * previous read remain in effect.
 */
final class PauseReader {

    private static final Logger log = LoggerFactory.getLogger(PauseReader.class);

    private final JdbcPauseTable table;
    private final PublishLoop publishLoop;
    private final long intervalNanos;
    private @Nullable Set<String> applied;

    /** Creates a reader and pauses all types, so that nothing is sent before the first read. */
    PauseReader(JdbcPauseTable table, PublishLoop publishLoop, Duration interval) {
        this.table = table;
        this.publishLoop = publishLoop;
        this.intervalNanos = interval.toNanos();
        publishLoop.pause(Set.of(OutboxPauses.ALL));
    }

    /** Reads the paused types, and returns the wait before the next read in nanoseconds. */
    long read() {
        Set<String> paused = table.read();
        if (!paused.equals(applied)) {
            if (applied != null || !paused.isEmpty()) {
                log.atInfo()
                        .addKeyValue("pausedTypes", paused)
                        .log(
                                applied == null
                                        ? "The publisher read the paused types; events of a paused type stay in the"
                                                + " outbox, and events of other types are sent"
                                        : "An operator changed the paused types; events of a paused type stay in the"
                                                + " outbox, and events of other types are sent");
            }
            applied = paused;
            publishLoop.pause(paused);
        }
        return intervalNanos;
    }
}
