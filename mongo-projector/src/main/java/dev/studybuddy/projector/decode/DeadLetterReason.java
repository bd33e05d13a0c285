package dev.studybuddy.projector.decode;

import java.util.List;

/**
 * This class holds the reasons why a record cannot be decoded. The codes are stable, because operators filter by them.
 */
public final class DeadLetterReason {

    static final String NO_KEY = "no-key";
    static final String NO_VALUE = "no-value";
    static final String HEADER_MISSING = "header-missing";
    static final String HEADER_MALFORMED = "header-malformed";
    /** The record, its mirror or its plan has more bytes than the projector stores. Its dead letter lacks the value. */
    static final String TOO_LARGE = "too-large";
    /** The record has a schema that no projector ever announced. An operator replays it after an upgrade. */
    static final String SCHEMA_NEWER = "schema-newer";
    /** The value is not JSON, does not have the shape of its type, or has a field that MongoDB cannot store. */
    static final String UNREADABLE = "unreadable";
    /**
     * The value has the shape of its type, but a field has another JSON type than the schema requires, or an id, a time
     * or the version violates the schema.
     */
    static final String INVALID = "invalid";
    /** The headers name an aggregate type or event type that this code does not support. */
    static final String TYPE_UNKNOWN = "type-unknown";
    /** The record has a supported aggregate type but is on the topic of another type. */
    static final String TYPE_DIFFERS = "type-differs";
    /** The key, the subject and the value do not name the same aggregate. */
    static final String KEY_DIFFERS = "key-differs";
    /** The header and the value do not name the same version, or the version is below 1. */
    static final String VERSION_DIFFERS = "version-differs";

    private static final List<String> CODES = List.of(
            NO_KEY,
            NO_VALUE,
            HEADER_MISSING,
            HEADER_MALFORMED,
            TOO_LARGE,
            SCHEMA_NEWER,
            UNREADABLE,
            INVALID,
            TYPE_UNKNOWN,
            TYPE_DIFFERS,
            KEY_DIFFERS,
            VERSION_DIFFERS);

    private DeadLetterReason() {}

    /**
     * Returns the codes of the records that cannot be decoded. {@link dev.studybuddy.projector.journal.PlanFailure}
     * holds the codes of the events that cannot be planned.
     */
    public static List<String> codes() {
        return CODES;
    }
}
