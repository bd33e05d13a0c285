package dev.studybuddy.readmodel;

/**
 * This class converts subjects to field names. MongoDB interprets {@code .} and {@code $} in a path and refuses an
 * empty name, so {@code %} escapes these characters and itself, and a single {@code %} represents the empty subject.
 */
public final class SubjectKeys {

    private static final String EMPTY = "%";

    private SubjectKeys() {}

    /** Returns the field name of a subject. No other subject has the same field name. */
    public static String escape(String subject) {
        if (subject.isEmpty()) {
            return EMPTY;
        }
        return subject.replace("%", "%25").replace(".", "%2E").replace("$", "%24");
    }

    /** Returns the subject of a field name that {@link #escape} returned. */
    public static String unescape(String key) {
        if (key.equals(EMPTY)) {
            return "";
        }
        return key.replace("%24", "$").replace("%2E", ".").replace("%25", "%");
    }
}
