package dev.studybuddy.publisher.outbox;

import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the types whose publishing an operator paused. */
public final class JdbcPauseTable {

    private static final String TYPES = "SELECT aggregate_type FROM outbox_pause ORDER BY aggregate_type LIMIT 1000";

    private final JdbcTemplate jdbc;

    public JdbcPauseTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Returns the paused types, of which {@link dev.studybuddy.outbox.OutboxPauses#ALL} stands for all types.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be queried
     */
    public Set<String> read() {
        return Set.copyOf(jdbc.queryForList(TYPES, String.class));
    }
}
