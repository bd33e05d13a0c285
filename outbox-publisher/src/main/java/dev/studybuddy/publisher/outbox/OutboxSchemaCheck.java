package dev.studybuddy.publisher.outbox;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Checks whether this program can work on the database. */
public final class OutboxSchemaCheck {

    private static final String VERSIONS =
            "SELECT version FROM " + OutboxSchema.HISTORY_TABLE + " WHERE success AND version IS NOT NULL";
    private static final String SHARDS = "SELECT count(*), min(shard), max(shard) FROM outbox_shard_lease";

    private final JdbcTemplate jdbc;

    /** A result states whether the program may start. */
    public sealed interface Result {
        /** The database has the schema that this program needs. */
        record Ready() implements Result {}

        /** The schema is absent or too old. The writer of the outbox migrates it. */
        record Waiting(String reason) implements Result {}

        /** The database never becomes usable for this program. */
        record Rejected(String reason) implements Result {}
    }

    private record Bounds(int count, int least, int most) {}

    public OutboxSchemaCheck(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Checks the version of the schema and the number of shards.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be queried
     */
    public Result check() {
        int version;
        try {
            version = jdbc.query(VERSIONS, (row, n) -> row.getString(1)).stream()
                    .mapToInt(text -> Integer.parseInt(text.replaceFirst("[._].*", "")))
                    .max()
                    .orElse(0);
        } catch (BadSqlGrammarException e) {
            return new Result.Waiting("table " + OutboxSchema.HISTORY_TABLE + " is absent");
        }
        if (version < OutboxSchema.REQUIRED_VERSION) {
            return new Result.Waiting("the outbox schema has version " + version + "; version "
                    + OutboxSchema.REQUIRED_VERSION + " is required");
        }
        Bounds bounds = jdbc.query(SHARDS, (row, n) -> new Bounds(row.getInt(1), row.getInt(2), row.getInt(3)))
                .getFirst();
        boolean matches = bounds.equals(new Bounds(Shards.COUNT, 0, Shards.COUNT - 1));
        return matches
                ? new Result.Ready()
                : new Result.Rejected("outbox_shard_lease has " + bounds.count()
                        + " shards, but this publisher needs the shards 0 to " + (Shards.COUNT - 1)
                        + "; publishers with different numbers of shards would break the order");
    }
}
