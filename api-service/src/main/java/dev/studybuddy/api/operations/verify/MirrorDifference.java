package dev.studybuddy.api.operations.verify;

import dev.studybuddy.contract.AggregateType;
import java.util.Locale;

/**
 * This record describes an aggregate whose mirror differs from its row in CockroachDB.
 *
 * @param owner the id of the user who owns the aggregate
 * @param version the version in CockroachDB; 0 if there is no row
 * @param mirrorVersion the version in MongoDB; 0 if there is no mirror
 */
record MirrorDifference(Kind kind, AggregateType type, String id, String owner, long version, long mirrorVersion) {

    /** This enum lists the ways in which a mirror can differ. */
    enum Kind {
        /** MongoDB has no mirror of the aggregate. */
        MISSING,
        /** MongoDB has an older version than CockroachDB. */
        STALE,
        /** MongoDB has a mirror that is not marked as deleted, but CockroachDB has no row. */
        EXTRA,
        /** MongoDB has other content at the same version, or a higher version than CockroachDB. */
        DIFFERENT;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
