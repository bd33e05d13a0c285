package dev.studybuddy.testkit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs prepared statements on one connection and reads from their plans how many rows of {@code outbox} the server
 * read. The text of a plan depends on the vendor, and only this class reads it.
 */
public final class StatementCosts {

    private static final Pattern ACTUAL = Pattern.compile("actual [^)]*rows=([\\d.]+) loops=(\\d+)\\)");
    private static final Pattern REMOVED = Pattern.compile("^Rows Removed by [^:]+: ([\\d.]+)");
    private static final Pattern BUFFERS = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");
    private static final Pattern DECODED_IN_TOTAL = Pattern.compile("rows (?:decoded|read) from KV: ([\\d,]+)");
    private static final Pattern DECODED_BY_STEP = Pattern.compile("KV rows (?:decoded|read): ([\\d,]+)");
    /**
     * After this number of executions, a server with {@code plan_cache_mode=auto} has chosen between custom plans and a
     * generic plan.
     */
    private static final int EXECUTIONS_BEFORE = 6;

    private final Statement statement;
    private final boolean cockroach;
    private final Set<String> prepared = new HashSet<>();

    /**
     * A cost describes one execution.
     *
     * @param rowsRead the rows of {@code outbox} that the server read, including those that a filter removed; on
     *     CockroachDB, the rows of all tables that the statement reads
     * @param blocks the blocks that the server touched, which is empty on CockroachDB
     * @param wholeTable whether the plan reads the whole table
     * @param time the times of planning and execution as the server reports them; the planning takes nearly no time if
     *     the server has stored the plan
     */
    public record Cost(String name, String plan, long rowsRead, OptionalLong blocks, boolean wholeTable, String time) {

        /** Returns a line of a report. */
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "%-24s %10d rows read %10s blocks   %s",
                    name,
                    rowsRead,
                    blocks.isPresent() ? Long.toString(blocks.getAsLong()) : "-",
                    time);
        }
    }

    public StatementCosts(Statement statement) {
        this.statement = statement;
        this.cockroach = TestServers.vendor().equals("cockroachdb");
    }

    /**
     * Runs a statement that changes nothing, and returns the cost of its last execution. On CockroachDB, it first
     * executes the statement without measuring it until the server has chosen the kind of plan.
     *
     * @param sql the statement, with {@code ?} for its parameters
     * @param types the types of the parameters, separated by commas
     * @param arguments the values of the parameters as SQL literals, separated by commas
     */
    public Cost read(String name, String sql, String types, String arguments) throws SQLException {
        prepare(name, sql, types);
        for (int n = 0; cockroach && n < EXECUTIONS_BEFORE; n++) {
            statement.execute("EXECUTE " + name + "(" + arguments + ")");
        }
        return explain(name, arguments);
    }

    /**
     * Runs a statement that may change rows exactly once, and returns its cost. The parameters are those of {@link
     * #read}.
     */
    public Cost write(String name, String sql, String types, String arguments) throws SQLException {
        prepare(name, sql, types);
        return explain(name, arguments);
    }

    private void prepare(String name, String sql, String types) throws SQLException {
        if (prepared.add(name)) {
            statement.execute("PREPARE " + name + " (" + types + ") AS " + numbered(sql));
        }
    }

    private Cost explain(String name, String arguments) throws SQLException {
        String explain = cockroach ? "EXPLAIN ANALYZE EXECUTE " : "EXPLAIN (ANALYZE, BUFFERS) EXECUTE ";
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(explain + name + "(" + arguments + ")")) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        String plan = String.join("\n", lines);
        String time =
                lines.stream().map(String::strip).filter(StatementCosts::isTime).collect(Collectors.joining(", "));
        return cockroach
                ? new Cost(name, plan, decodedRows(plan), OptionalLong.empty(), plan.contains("FULL SCAN"), time)
                : new Cost(name, plan, scannedRows(lines), blocks(plan), plan.contains("Seq Scan on outbox "), time);
    }

    private static boolean isTime(String line) {
        String text = line.toLowerCase(Locale.ROOT);
        return text.startsWith("planning time") || text.startsWith("execution time");
    }

    private static long decodedRows(String plan) {
        Matcher total = DECODED_IN_TOTAL.matcher(plan);
        return total.find()
                ? number(total.toMatchResult())
                : DECODED_BY_STEP
                        .matcher(plan)
                        .results()
                        .mapToLong(StatementCosts::number)
                        .sum();
    }

    private static long number(MatchResult match) {
        return Long.parseLong(match.group(1).replace(",", ""));
    }

    /**
     * Returns the number of rows that the scans of the outbox returned or removed. PostgreSQL reports both numbers as
     * an average for each loop, so the method multiplies them by the number of loops.
     */
    private static long scannedRows(List<String> lines) {
        double rows = 0;
        double loops = 0;
        for (String line : lines) {
            String text = line.strip();
            if (text.contains("(cost=")) {
                Matcher actual = ACTUAL.matcher(text);
                boolean scan = text.contains(" Scan ") && text.contains(" on outbox") && actual.find();
                loops = scan ? Double.parseDouble(actual.group(2)) : 0;
                rows += scan ? Double.parseDouble(actual.group(1)) * loops : 0;
            } else {
                Matcher removed = REMOVED.matcher(text);
                rows += removed.find() ? Double.parseDouble(removed.group(1)) * loops : 0;
            }
        }
        return Math.round(rows);
    }

    /** Returns the blocks that the whole plan touched. The first line about buffers states this number. */
    private static OptionalLong blocks(String plan) {
        Matcher first = BUFFERS.matcher(plan);
        return first.find()
                ? OptionalLong.of(numberOr0(first.group(1)) + numberOr0(first.group(2)))
                : OptionalLong.empty();
    }

    private static long numberOr0(@Nullable String group) {
        return group == null ? 0 : Long.parseLong(group);
    }

    private static String numbered(String sql) {
        StringBuilder numbered = new StringBuilder();
        int parameter = 1;
        for (int i = 0; i < sql.length(); i++) {
            numbered.append(sql.charAt(i) == '?' ? "$" + parameter++ : sql.substring(i, i + 1));
        }
        return numbered.toString();
    }
}
