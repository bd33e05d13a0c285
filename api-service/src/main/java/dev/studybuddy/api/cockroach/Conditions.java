package dev.studybuddy.api.cockroach;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the conditions that a request selects for a list. The statement contains only these conditions, so that the
 * database can choose an index for them. The texts of the conditions are constants of the program, and each value is a
 * parameter of the statement.
 */
public final class Conditions {

    private final StringBuilder sql = new StringBuilder();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Adds a condition that contains no value of the request. */
    public Conditions and(String condition) {
        sql.append(sql.isEmpty() ? "WHERE " : "  AND ").append(condition).append('\n');
        return this;
    }

    /**
     * Adds a condition with one parameter, unless the value is null.
     *
     * @param condition the condition, which contains the parameter
     * @param name the name of the parameter without its colon
     */
    public Conditions and(String condition, String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        values.put(name, value);
        return and(condition);
    }

    /** Adds the value of a parameter in a condition that was added without its value. */
    public Conditions value(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** Returns the WHERE clause. */
    public String sql() {
        return sql.toString();
    }

    /** Returns the parameters by their names. */
    public Map<String, Object> values() {
        return values;
    }
}
