package dev.studybuddy.projector.journal;

/**
 * A fault of the protocol, put in where the store is spoken to or where a plan is made; the property must catch each.
 */
enum Mutant {
    NONE,
    NO_JOURNAL_COMPARE_AND_SET,
    NO_GUARD_ON_WATERMARK,
    /** {@code >} where {@code >=} belongs: what is in already comes in again. */
    WATERMARK_GUARD_LETS_EQUAL_PASS,
    MIRRORS_BEFORE_ROLLUPS,
    /** What is decided counts as applied. */
    COMMIT_FIRST,
    /** Error 11000 of a first insert that raced, read as "already in". */
    FIRST_DUPLICATE_READ_AS_ALREADY_IN,
    MIRROR_WITHOUT_GUARD,
    MIRROR_GUARD_WITHOUT_OFFSET,
    /** {@code <=} where {@code <} belongs: of one version the earlier record comes in after the later one. */
    MIRROR_GUARD_LETS_EQUAL_VERSION_PASS,
    ZERO_ROLLUPS_DELETED,
    TOMBSTONES_PURGED,
    BATCH_GOES_ON_AFTER_FALL_BACK,
    /** Each record of a batch is compared with the mirror before the batch. */
    CHAIN_WITHIN_BATCH_FORGOTTEN,
    /** A record of the mirror's version counts as a repeat, also where its offset is later. */
    VERSION_PLANNED_WITHOUT_OFFSET
}
