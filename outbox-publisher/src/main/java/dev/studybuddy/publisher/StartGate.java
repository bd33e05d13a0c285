package dev.studybuddy.publisher;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whether the database is one that this program can work on. */
final class StartGate {

    private static final String VERSIONS =
            "SELECT version FROM " + OutboxSchema.HISTORY_TABLE + " WHERE success AND version IS NOT NULL";
    private static final String SHARDS = "SELECT count(*), min(shard), max(shard) FROM outbox_shard_lease";

    private final JdbcTemplate jdbc;

    /** What the database is. */
    sealed interface Answer {
        record Ready() implements Answer {}

        /** Not yet migrated far enough: whoever writes the outbox does that. */
        record Waiting(String reason) implements Answer {}

        /** Never to be worked on. */
        record Refused(String reason) implements Answer {}
    }

    private record Bounds(int count, int least, int most) {}

    StartGate(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Throws Spring's {@code DataAccessException} where the database can't be asked. */
    Answer ask() {
        int version;
        try {
            version = jdbc.query(VERSIONS, (row, n) -> row.getString(1)).stream()
                    .mapToInt(text -> Integer.parseInt(text.replaceFirst("[._].*", "")))
                    .max()
                    .orElse(0);
        } catch (BadSqlGrammarException e) {
            return new Answer.Waiting("table " + OutboxSchema.HISTORY_TABLE + " is absent");
        }
        if (version < OutboxSchema.REQUIRED_VERSION) {
            return new Answer.Waiting(
                    "the outbox schema has version " + version + ", not yet " + OutboxSchema.REQUIRED_VERSION);
        }
        Bounds bounds = jdbc.query(SHARDS, (row, n) -> new Bounds(row.getInt(1), row.getInt(2), row.getInt(3)))
                .getFirst();
        boolean same = bounds.equals(new Bounds(Shards.COUNT, 0, Shards.COUNT - 1));
        return same
                ? new Answer.Ready()
                : new Answer.Refused("outbox_shard_lease has " + bounds.count() + " shards, this publisher "
                        + Shards.COUNT + ": two counts at once would break the order");
    }
}
