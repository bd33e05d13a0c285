package dev.studybuddy.api.cockroach;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Checks whether the database accepts writes, at the cost of one statement that reads no table. */
@Repository
public final class WriteCheck {

    private final JdbcClient jdbc;

    WriteCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Returns whether the server would begin a transaction that may write.
     *
     * @throws RuntimeException if the server does not answer in time
     */
    public boolean acceptsWrites() {
        return jdbc.sql("SHOW transaction_read_only")
                .query(String.class)
                .single()
                .equals("off");
    }
}
