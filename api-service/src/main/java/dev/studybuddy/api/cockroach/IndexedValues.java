package dev.studybuddy.api.cockroach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the distinct values of a column that leads an index and has few values. It jumps from one value to the next in
 * the index, so its cost grows with the number of values and not with the number of rows.
 */
public final class IndexedValues {

    /** A column with more values than this number is no column for this class. */
    private static final int MAX_VALUES = 500;

    private final JdbcClient jdbc;
    private final String next;

    /**
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
        Optional<String> value = jdbc.sql(next).param("").query(String.class).optional();
        while (value.isPresent() && values.size() < MAX_VALUES) {
            values.add(value.get());
            value = jdbc.sql(next).param(value.get()).query(String.class).optional();
        }
        return values;
    }
}
