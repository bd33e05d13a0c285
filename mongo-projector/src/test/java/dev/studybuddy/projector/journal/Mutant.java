package dev.studybuddy.projector.journal;

/** A fault of the protocol, put in where the store is spoken to; the property must catch each. */
enum Mutant {
    NONE,
    NO_JOURNAL_COMPARE_AND_SET,
    NO_GUARD_ON_WATERMARK,
    WATERMARK_GUARD_LETS_EQUAL_PASS,
    MIRRORS_BEFORE_ROLLUPS,
    PLAN_NOT_DONE_AGAIN,
    FIRST_DUPLICATE_READ_AS_ALREADY_IN,
    MIRROR_WITHOUT_GUARD,
    MIRROR_GUARD_WITHOUT_OFFSET,
    ZERO_ROLLUPS_DELETED,
    TOMBSTONES_PURGED,
    BATCH_GOES_ON_AFTER_FALL_BACK
}
