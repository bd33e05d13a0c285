package dev.studybuddy.publisher.outbox;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Binds a list of elements column by column, each column as one array parameter. The arrays have the class of their
 * column, because the driver sends such arrays in binary form and an array of {@code Object} as text.
 */
public record ArrayParameters<T>(PreparedStatement statement, List<T> elements) {

    /** Binds a column of small numbers. */
    public void smallint(int parameter, Function<T, Short> column) throws SQLException {
        bind(parameter, "int2", column, Short[]::new);
    }

    /** Binds a column of numbers. Any of them may be null. */
    public void bigint(int parameter, Function<T, @Nullable Long> column) throws SQLException {
        bind(parameter, "int8", column, Long[]::new);
    }

    /** Binds a column of texts. */
    public void text(int parameter, Function<T, String> column) throws SQLException {
        bind(parameter, "text", column, String[]::new);
    }

    /** Binds a column of UUIDs. The driver sends it as text, because it has no binary form for it. */
    public void uuid(int parameter, Function<T, UUID> column) throws SQLException {
        bind(parameter, "uuid", column, UUID[]::new);
    }

    private <C extends @Nullable Object> void bind(
            int parameter, String type, Function<T, C> column, IntFunction<C[]> array) throws SQLException {
        C[] values = elements.stream().map(column).toArray(array);
        statement.setArray(parameter, statement.getConnection().createArrayOf(type, values));
    }
}
