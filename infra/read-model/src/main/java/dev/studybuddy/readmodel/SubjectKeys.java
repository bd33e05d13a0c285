package dev.studybuddy.readmodel;

/**
 * Subjects as field names: MongoDB reads {@code .} and {@code $} in a path, and takes no empty name. {@code %} escapes
 * itself, and alone stands for the empty subject.
 */
public final class SubjectKeys {

    private static final String EMPTY = "%";

    private SubjectKeys() {}

    /** A field name that only this subject has. */
    public static String escape(String subject) {
        if (subject.isEmpty()) {
            return EMPTY;
        }
        return subject.replace("%", "%25").replace(".", "%2E").replace("$", "%24");
    }

    /** The subject of a name that {@link #escape} made. */
    public static String unescape(String key) {
        if (key.equals(EMPTY)) {
            return "";
        }
        return key.replace("%24", "$").replace("%2E", ".").replace("%25", "%");
    }
}
