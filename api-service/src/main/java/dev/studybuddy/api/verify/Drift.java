package dev.studybuddy.api.verify;

import dev.studybuddy.contract.AggregateType;
import java.util.Locale;

/**
 * An aggregate whose mirror is not what CockroachDB says.
 *
 * @param owner the user to whom it belongs
 * @param version CockroachDB's; 0 where it has none
 * @param mirrorVersion MongoDB's; 0 where it has none
 */
record Drift(Kind kind, AggregateType type, String id, String owner, long version, long mirrorVersion) {

    /** In what way. */
    enum Kind {
        /** MongoDB doesn't have it. */
        MISSING,
        /** MongoDB has an older version. */
        STALE,
        /** MongoDB has it, CockroachDB doesn't. */
        EXTRA,
        /** Other content at the same version, or a version that CockroachDB never had. */
        DIFFERENT;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
