package dev.studybuddy.api.retention;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Walks over the values of a column that leads an index. Each step reads one entry of the index, so that the number of rows
 * with a value has no effect.
 */
public final class IndexWalk {

    private final JdbcClient jdbc;
    private final String next;

    /** Creates a walk over the values of a text column of a table. */
    public IndexWalk(JdbcClient jdbc, String table, String column) {
        this.jdbc = jdbc;
        this.next = "SELECT " + column + " FROM " + table + " WHERE " + column + " > ? ORDER BY " + column + " LIMIT 1";
    }

    /** Removes a batch for one value after the other, and returns the result of the first that is not 0, or 0. */
    public int removeFirst(ToIntFunction<String> batch) {
        String value = findNext("");
        while (value != null) {
            int removed = batch.applyAsInt(value);
            if (removed > 0) {
                return removed;
            }
            value = findNext(value);
        }
        return 0;
    }

    private @Nullable String findNext(String after) {
        return jdbc.sql(next).param(after).query(String.class).optional().orElse(null);
    }
}
