package dev.studybuddy.projector.decode;

/**
 * Decoding rules decide which fields of a value a mirror holds and which values are accepted. A generation keeps the
 * rules of its version, so that all of its mirrors follow the same ones.
 */
public enum DecodingRules {
    /**
     * These rules hold for version 1 of a projection. A mirror holds every field of a value. An event with a field that
     * MongoDB cannot store is unreadable. Ids and times are not checked.
     */
    FIRST_RELEASE,
    /**
     * These rules hold for each later version. A mirror holds the fields of the schema, and all other fields are
     * ignored. An event whose ids are not UUIDs, whose times lie outside the years 2000 to 2200, whose version exceeds
     * 2^48, or whose fields have other JSON types than the schema requires is invalid.
     */
    SCHEMA_CHECKED;

    /** Returns the rules of a generation, by the version of the projection that fills it. */
    public static DecodingRules of(int projectionVersion) {
        return projectionVersion < 2 ? FIRST_RELEASE : SCHEMA_CHECKED;
    }
}
