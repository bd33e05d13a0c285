package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the types whose publishing an operator paused. */
public final class JdbcPauseTable {

    private static final Logger log = LoggerFactory.getLogger(JdbcPauseTable.class);

    private static final int MAX_TYPES = 1000;

    /** The statement reads one row more than the publisher uses. If that row exists, the publisher ignores rows. */
    private static final String TYPES =
            "SELECT aggregate_type FROM outbox_pause ORDER BY aggregate_type LIMIT " + (MAX_TYPES + 1);

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    /** This is the time of the last successful read, or of the start before the first one. */
    private volatile long readNanos;
    /** This flag is true while the table has more rows than a read returns. */
    private boolean ignoresTypes;

    /**
     * Creates access to the table.
     *
     * @param clock the clock that measures the age of the pauses
     */
    public JdbcPauseTable(JdbcTemplate jdbc, MonotonicClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.readNanos = clock.nanos();
    }

    /**
     * Returns the paused types, at most 1 000 of them. The value {@link dev.studybuddy.outbox.OutboxPauses#ALL} stands
     * for all types. The method logs a warning when it begins to ignore further types.
     *
     * <p>One thread at a time calls this method.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be queried
     */
    public Set<String> read() {
        long startNanos = clock.nanos();
        List<String> types = List.copyOf(jdbc.queryForList(TYPES, String.class));
        reportIgnoredTypes(types.size() > MAX_TYPES);
        readNanos = startNanos;
        return types.stream().limit(MAX_TYPES).collect(Collectors.toUnmodifiableSet());
    }

    private void reportIgnoredTypes(boolean ignoresNow) {
        if (ignoresNow && !ignoresTypes) {
            log.atWarn()
                    .addKeyValue("limit", MAX_TYPES)
                    .log("The table outbox_pause has more rows than the publisher reads; the publisher ignores the"
                            + " pauses of the further types until rows are deleted");
        } else if (!ignoresNow && ignoresTypes) {
            log.info("The publisher reads all rows of the table outbox_pause again and ignores no pause");
        }
        ignoresTypes = ignoresNow;
    }

    /** Returns the time since the last successful read, or since the start before the first one. */
    public Duration age() {
        return Duration.ofNanos(clock.nanos() - readNanos);
    }
}
