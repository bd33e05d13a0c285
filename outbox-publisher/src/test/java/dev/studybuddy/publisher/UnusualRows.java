package dev.studybuddy.publisher;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the kinds of rows that the columns of the outbox accept and that no proper writer inserts, and how the rows of
 * each kind end. Each value is an SQL expression in which {@code n} is the number of the row.
 */
final class UnusualRows {

    /** A test inserts at most this many rows of about a megabyte, because a thousand of them have a gigabyte. */
    private static final int MOST_OF_A_MEGABYTE = 100;

    private static final int MOST_OF_MEGABYTES = 10;

    private static final String NULL_TIME = "CAST(NULL AS TIMESTAMPTZ)";
    private static final String HEADERS = "headers";
    private static final String UNREADABLE = "headers are not a JSON object";
    private static final String NO_TOPIC = "no topic name";
    private static final String TOO_LARGE = "RecordTooLarge";

    private final List<Kind> kinds = new ArrayList<>();

    private UnusualRows() {}

    /**
     * Describes one kind of rows.
     *
     * @param column the column with the unusual value
     * @param value the unusual value as an SQL expression
     * @param most the largest number of such rows in a test
     * @param held whether the publisher holds the row for an hour, unless an operator requests a sweep
     * @param reason a part of the reason of the dead letter, or null if the row is published
     * @param badHeaders whether the row's headers are invalid too
     */
    record Kind(
            String name,
            String column,
            String value,
            int most,
            boolean held,
            @Nullable String reason,
            boolean badHeaders) {

        private String column(String other, String usual) {
            return column.equals(other) ? value : usual;
        }

        /** Returns the statement that inserts rows of this kind. Its parameter is the number of rows. */
        String insert() {
            return "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,"
                    + " headers, created_at, retry_count, next_attempt_at, processed_at, dead_lettered_at) SELECT n % 64, "
                    + column("aggregate_type", "'todo'") + ", " + column("aggregate_id", "'" + name + " ' || n") + ", "
                    + column("aggregate_version", "1") + ", " + column("id", "gen_random_uuid()") + ", "
                    + column("event_type", "'" + name + "'") + ", CAST(" + column("payload", "'{\"v\": 1}'")
                    + " AS jsonb), CAST(" + column(HEADERS, badHeaders ? "'[1]'" : "'{}'") + " AS jsonb), "
                    + column("created_at", "now()") + ", " + column("retry_count", "0") + ", "
                    + column("next_attempt_at", NULL_TIME) + ", " + column("processed_at", NULL_TIME) + ", "
                    + column("dead_lettered_at", NULL_TIME) + " FROM generate_series(1, ?) AS n";
        }
    }

    static List<Kind> all() {
        UnusualRows rows = new UnusualRows();
        rows.addHeaders();
        rows.addPayloads();
        rows.addTimes();
        rows.addTexts();
        return List.copyOf(rows.kinds);
    }

    private void addHeaders() {
        deadLetter("null headers", HEADERS, "'null'", UNREADABLE);
        deadLetter("headers of an array", HEADERS, "'[1]'", UNREADABLE);
        deadLetter("headers of an empty array", HEADERS, "'[]'", UNREADABLE);
        deadLetter("headers of a text", HEADERS, "'\"text\"'", UNREADABLE);
        deadLetter("headers of an empty text", HEADERS, "'\"\"'", UNREADABLE);
        deadLetter("headers of a number", HEADERS, "'7'", UNREADABLE);
        deadLetter("headers of a boolean", HEADERS, "'true'", UNREADABLE);
        deadLetter("a header of 1200 digits", HEADERS, "'{\"a\": ' || repeat('9', 1200) || '}'", UNREADABLE);
        deadLetter("a deep header", HEADERS, "'{\"a\": ' || repeat('[', 900) || repeat(']', 900) || '}'", UNREADABLE);
        deadLetter("a header with a long name", HEADERS, "'{\"' || repeat('a', 60000) || '\": 1}'", UNREADABLE);
        deadLetter("a header of a megabyte", HEADERS, "'{\"a\": \"' || repeat('h', 1500000) || '\"}'", TOO_LARGE)
                .most(MOST_OF_A_MEGABYTE);
        publish("a nested header", HEADERS, "'{\"a\": {\"b\": [1, null, {}]}}'");
        publish("a null header", HEADERS, "'{\"a\": null}'");
        publish(
                "thousands of headers",
                HEADERS,
                "'{' || (SELECT string_agg('\"h' || i || '\": ' || i, ',')"
                        + " FROM generate_series(1, 3000) AS i) || '}'");
        publish(
                "headers with the names of the contract",
                HEADERS,
                "'{\"ce_id\": \"x\", \"ce_type\": 1, \"content-type\": \"y\", \"dlt_reason\": \"z\"}'");
        publish("duplicate headers", HEADERS, "'{\"a\": 1, \"a\": 2, \"A\": 3}'");
        publish("a header without a name", HEADERS, "'{\"\": \"x\"}'");
        publish("a schema version of an array", HEADERS, "'{\"schemaversion\": [1]}'");
        publish("a header of unusual letters", HEADERS, "'{\"\\u00e9\\ud83d\\ude00\": \"\\u202e\\ufffe\\u0001\"}'");
    }

    private void addPayloads() {
        publish("a null payload", "payload", "'null'");
        publish("a payload of an array", "payload", "'[]'");
        publish("a payload of a text", "payload", "'\"\"'");
        publish("a payload of a large number", "payload", "'1e1000'");
        publish("a deep payload", "payload", "repeat('[', 3000) || repeat(']', 3000)");
        publish("a payload of four-byte letters", "payload", "'\"' || repeat(chr(128512), 2000) || '\"'");
        publish("a payload of 100 KB", "payload", "'\"' || repeat(md5(CAST(n AS TEXT)), 3200) || '\"'");
        publish("a payload of 900 KB", "payload", "'\"' || repeat('x', 900000) || '\"'")
                .most(MOST_OF_A_MEGABYTE);
        deadLetter("a payload of 1.5 MB", "payload", "'\"' || repeat('x', 1500000) || '\"'", TOO_LARGE)
                .most(MOST_OF_A_MEGABYTE);
        deadLetter("a payload of 5 MB", "payload", "'\"' || repeat('x', 5000000) || '\"'", TOO_LARGE)
                .most(MOST_OF_MEGABYTES);
        deadLetter("a payload of 9 MB", "payload", "'\"' || repeat('x', 9000000) || '\"'", "page-bytes")
                .most(MOST_OF_MEGABYTES);
    }

    private void addTimes() {
        for (String time : List.of(
                "infinity",
                "-infinity",
                "4713-11-24 00:00:00+00 BC",
                "0001-01-01 00:00:00+00",
                "1970-01-01 00:00:00+00",
                "9999-12-31 23:59:59.999999+00",
                "10000-01-01 00:00:00+00",
                "290000-01-01 00:00:00+00",
                "294276-12-31 23:59:59.999999+00")) {
            publish("created at " + time, "created_at", "CAST('" + time + "' AS TIMESTAMPTZ)");
        }
        publish("created in a year", "created_at", "now() + INTERVAL '1 year'");
        for (String time : List.of("-infinity", "0001-01-01 00:00:00+00")) {
            publish("attempt at " + time, "next_attempt_at", "CAST('" + time + "' AS TIMESTAMPTZ)");
        }
        for (String time : List.of("infinity", "9999-12-31 00:00:00+00", "290000-01-01 00:00:00+00")) {
            publish("attempt at " + time, "next_attempt_at", "CAST('" + time + "' AS TIMESTAMPTZ)")
                    .held();
        }
        for (String time : List.of("infinity", "0001-01-01 00:00:00+00")) {
            publish("pending but processed at " + time, "processed_at", "CAST('" + time + "' AS TIMESTAMPTZ)");
            publish("pending but a dead letter at " + time, "dead_lettered_at", "CAST('" + time + "' AS TIMESTAMPTZ)");
        }
        publish("a negative count", "retry_count", "-5");
        publish("a count beyond an int", "retry_count", "1000000000000");
        deadLetter("the largest count", "retry_count", "9223372036854775807", UNREADABLE)
                .withBadHeaders();
        deadLetter("the smallest count", "retry_count", "CAST(-9223372036854775808 AS BIGINT)", UNREADABLE)
                .withBadHeaders();
        publish("the largest version", "aggregate_version", "9223372036854775807");
    }

    private void addTexts() {
        deadLetter("a type with a blank", "aggregate_type", "'no topic'", NO_TOPIC);
        deadLetter("a type with a slash", "aggregate_type", "'a/b'", NO_TOPIC);
        deadLetter("a type with an umlaut", "aggregate_type", "chr(252)", NO_TOPIC);
        deadLetter("a type with a line break", "aggregate_type", "'a' || chr(10) || 'b'", NO_TOPIC);
        deadLetter("a type of its own for each row", "aggregate_type", "'type ' || n", NO_TOPIC);
        deadLetter("a type of 4000 letters", "aggregate_type", "repeat('t', 4000)", NO_TOPIC);
        publish("no type", "aggregate_type", "''");
        publish("no event type", "event_type", "''");
        publish("an event type of 4000 letters", "event_type", "repeat('e', 4000)");
        deadLetter("an event type of 1.5 MB", "event_type", "repeat('e', 1500000)", TOO_LARGE)
                .most(MOST_OF_A_MEGABYTE);
        publish("an id of 4000 letters", "aggregate_id", "repeat('i', 4000) || n");
        publish("an id of unusual letters", "aggregate_id", "chr(65535) || chr(8238) || chr(128512) || n");
        publish("an id of control characters", "aggregate_id", "chr(1) || chr(10) || chr(127) || n");
        publish("no id", "aggregate_id", "''");
        publish("an event id twice", "id", "CAST(md5(CAST(n / 2 AS TEXT)) AS UUID)");
    }

    private UnusualRows publish(String name, String column, String value) {
        kinds.add(new Kind(name, column, value, Integer.MAX_VALUE, false, null, false));
        return this;
    }

    private UnusualRows deadLetter(String name, String column, String value, String reason) {
        kinds.add(new Kind(name, column, value, Integer.MAX_VALUE, false, reason, false));
        return this;
    }

    private void most(int most) {
        Kind last = kinds.removeLast();
        kinds.add(new Kind(last.name, last.column, last.value, most, last.held, last.reason, last.badHeaders));
    }

    private void held() {
        Kind last = kinds.removeLast();
        kinds.add(new Kind(last.name, last.column, last.value, last.most, true, last.reason, last.badHeaders));
    }

    private void withBadHeaders() {
        Kind last = kinds.removeLast();
        kinds.add(new Kind(last.name, last.column, last.value, last.most, last.held, last.reason, true));
    }
}
