package dev.studybuddy.api.cockroach;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the distinct values of the first column of an index. Each statement reads the next value from the index, so the
 * cost grows with the number of values and not with the number of rows.
 */
public final class IndexedValues {

    private static final int MAX_VALUES = 500;

    private final JdbcClient jdbc;
    private final String next;

    /**
     * Creates a reader of one column.
     *
     * @param table the name of the table, which is a constant of the program
     * @param column the name of the column, which has no null and no empty text
     */
    public IndexedValues(JdbcClient jdbc, String table, String column) {
        this.jdbc = jdbc;
        this.next = "SELECT " + column + " FROM " + table + " WHERE " + column + " > ? ORDER BY " + column + " LIMIT 1";
    }

    /** Returns the values in the order of the index, at most 500. */
    public List<String> read() {
        List<String> values = new ArrayList<>();
        String value = findNext("");
        while (value != null && values.size() < MAX_VALUES) {
            values.add(value);
            value = findNext(value);
        }
        return values;
    }

    /**
     * Calls a change for each value in turn until one call changes rows. Returns the number of these rows, or 0 if no
     * call changes a row.
     */
    public int changeFirst(ToIntFunction<String> change) {
        String value = findNext("");
        while (value != null) {
            int rows = change.applyAsInt(value);
            if (rows > 0) {
                return rows;
            }
            value = findNext(value);
        }
        return 0;
    }

    private @Nullable String findNext(String after) {
        return jdbc.sql(next).param(after).query(String.class).optional().orElse(null);
    }
}
