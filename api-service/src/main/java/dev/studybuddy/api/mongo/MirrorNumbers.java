package dev.studybuddy.api.mongo;

import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Reads the numbers of mirrors. A person may have changed a mirror by hand, so that no field is certain to exist. */
public final class MirrorNumbers {

    private MirrorNumbers() {}

    /** Returns the number of a field; null if the field does not exist or holds no number. */
    public static @Nullable Long find(Document mirror, String field) {
        return mirror.get(field) instanceof Number number ? Long.valueOf(number.longValue()) : null;
    }

    /** Returns the version of a mirror; 0 if the mirror has none, because every aggregate begins with version 1. */
    public static long version(Document mirror) {
        Long version = find(mirror, "version");
        return version == null ? 0 : version;
    }
}
