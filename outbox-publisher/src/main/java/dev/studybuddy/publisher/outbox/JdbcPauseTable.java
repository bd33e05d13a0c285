package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the types whose publishing an operator paused. */
public final class JdbcPauseTable {

    private static final String TYPES = "SELECT aggregate_type FROM outbox_pause ORDER BY aggregate_type LIMIT 1000";

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    /** This is the time of the last successful read, or of the start before the first one. */
    private volatile long readNanos;

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
     * Returns the paused types. The value {@link dev.studybuddy.outbox.OutboxPauses#ALL} stands for all types.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be queried
     */
    public Set<String> read() {
        long startNanos = clock.nanos();
        Set<String> types = Set.copyOf(jdbc.queryForList(TYPES, String.class));
        readNanos = startNanos;
        return types;
    }

    /** Returns the time since the last successful read, or since the start before the first one. */
    public Duration age() {
        return Duration.ofNanos(clock.nanos() - readNanos);
    }
}
