package dev.studybuddy.bench.harness;

/** Reads a field of the benchmark's flat payload. The order of the fields and the blanks between them may vary. */
public final class Json {

    private Json() {}

    /**
     * Returns the value of a field that holds a whole number, which must not be negative.
     *
     * @throws IllegalArgumentException if the field is absent
     */
    public static long number(String json, String field) {
        int from = start(json, field);
        int to = from;
        while (Character.isDigit(json.charAt(to))) {
            to++;
        }
        return Long.parseLong(json, from, to, 10);
    }

    /**
     * Returns the value of a text field, which must contain no escaped character.
     *
     * @throws IllegalArgumentException if the field is absent
     */
    public static String text(String json, String field) {
        int from = start(json, field) + 1;
        return json.substring(from, json.indexOf('"', from));
    }

    private static int start(String json, String field) {
        int name = json.indexOf("\"" + field + "\"");
        if (name < 0) {
            throw new IllegalArgumentException("the payload has no field " + field + ": " + json);
        }
        int from = json.indexOf(':', name) + 1;
        while (json.charAt(from) == ' ') {
            from++;
        }
        return from;
    }
}
