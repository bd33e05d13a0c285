package dev.studybuddy.projector.deadletter;

/** Why a record can't be read: stable codes, which people filter by. */
public final class Reasons {

    public static final String NO_KEY = "no-key";
    public static final String NO_VALUE = "no-value";
    public static final String HEADER_MISSING = "header-missing";
    public static final String HEADER_MALFORMED = "header-malformed";
    /** Written by a newer writer; to be replayed after the upgrade. */
    public static final String SCHEMA_NEWER = "schema-newer";
    /** No JSON, or not of the shape of its type. */
    public static final String UNREADABLE = "unreadable";
    /** Headers name an aggregate or event type that nobody here knows. */
    public static final String TYPE_UNKNOWN = "type-unknown";
    /** A known aggregate type, on another's topic. */
    public static final String TYPE_DIFFERS = "type-differs";
    /** Key, subject and value don't name the same aggregate. */
    public static final String KEY_DIFFERS = "key-differs";
    /** Header and value don't name the same version. */
    public static final String VERSION_DIFFERS = "version-differs";

    private Reasons() {}
}
