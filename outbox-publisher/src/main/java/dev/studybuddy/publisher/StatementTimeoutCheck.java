package dev.studybuddy.publisher;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the statement timeout that the database applies with the one that the settings name. The guard of a lease is
 * too short if a statement may take longer than the settings state.
 */
final class StatementTimeoutCheck {

    private static final String TIMEOUT = "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'";

    private final JdbcTemplate jdbc;
    private final Duration expected;

    StatementTimeoutCheck(JdbcTemplate jdbc, Duration expected) {
        this.jdbc = jdbc;
        this.expected = expected;
    }

    /**
     * Returns the reason why the program must not start, or null if the timeouts are equal.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be queried
     */
    @Nullable
    String findMismatch() {
        String millis = String.join(", ", jdbc.query(TIMEOUT, (row, n) -> row.getString(1)));
        return millis.equals(Long.toString(expected.toMillis()))
                ? null
                : "the database ends statements after statement_timeout = " + millis
                        + " ms, but publisher.statement-timeout = " + expected.toMillis()
                        + " ms; set both to the same time (spring.datasource.hikari.data-source-properties.options)";
    }
}
