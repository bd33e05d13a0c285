package dev.studybuddy.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A text table prints results as lines of columns, which are separated by one blank.
 *
 * @param <R> type of a result, which becomes one line
 */
public final class TextTable<R> {

    private final List<Column<R>> columns = new ArrayList<>();

    /** Adds a column of text that is aligned left. */
    public TextTable<R> text(String header, int width, Function<R, String> cell) {
        columns.add(new Column<>(header, -width, cell));
        return this;
    }

    /** Adds a column of text that is aligned right. */
    public TextTable<R> right(String header, int width, Function<R, String> cell) {
        columns.add(new Column<>(header, width, cell));
        return this;
    }

    /** Adds a column of numbers, which are aligned right. */
    public TextTable<R> number(String header, int width, String format, ToDoubleFunction<R> cell) {
        return right(header, width, row -> String.format(Locale.ROOT, format, cell.applyAsDouble(row)));
    }

    /** Adds a column of numbers in which a negative number stands for no measurement. Its cell is empty. */
    public TextTable<R> optional(String header, int width, String format, ToDoubleFunction<R> cell) {
        return right(header, width, row -> {
            double value = cell.applyAsDouble(row);
            return value < 0 ? "" : String.format(Locale.ROOT, format, value);
        });
    }

    /** Adds a vertical bar. */
    public TextTable<R> bar() {
        return right("|", 1, row -> "|");
    }

    /** Adds a vertical bar and a title for the columns after it. The title is in the header only. */
    public TextTable<R> group(String title) {
        return bar().right(title, title.length(), row -> "");
    }

    /** Returns the header and one line for each row. */
    public String format(List<R> rows) {
        StringBuilder lines = new StringBuilder();
        append(lines, columns.stream().map(Column::padHeader).toList());
        rows.forEach(row -> append(
                lines, columns.stream().map(column -> column.padCell(row)).toList()));
        return lines.toString();
    }

    private static void append(StringBuilder lines, List<String> cells) {
        lines.append(String.join(" ", cells)).append(System.lineSeparator());
    }

    /** A column with a negative width aligns its cells left. */
    private record Column<R>(String header, int width, Function<R, String> cell) {

        String padHeader() {
            return pad(header);
        }

        String padCell(R row) {
            return pad(cell.apply(row));
        }

        private String pad(String text) {
            String blanks = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
            return width < 0 ? text + blanks : blanks + text;
        }
    }
}
