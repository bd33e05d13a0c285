package dev.studybuddy.projector.journal;

/**
 * A mutant is a deliberate fault of the protocol in the access to the store or in the planning. The simulation must
 * detect each one.
 */
enum Mutant {
    NONE,
    NO_JOURNAL_COMPARE_AND_SET,
    NO_WATERMARK_CONDITION,
    /**
     * The watermark condition compares with {@code >} instead of {@code >=}, so a rollup accepts an applied plan again.
     */
    WATERMARK_CONDITION_ACCEPTS_EQUAL,
    MIRRORS_BEFORE_ROLLUPS,
    /** The journal records a batch as done when it is decided, before it is applied. */
    DONE_RECORDED_BEFORE_APPLYING,
    /** A recovery that finds a decided plan does not apply it before the next decision or the next position. */
    RECOVERY_SKIPS_THE_PLAN,
    /** The step that records a position does not check whether another instance decided a batch since. */
    POSITION_WITHOUT_COMPARE_AND_SET,
    /** The step that records a position skips records that no batch holds yet. */
    POSITION_SKIPS_WAITING_RECORDS,
    /** Error 11000 of an insert that lost a race counts as "already applied" without a retry. */
    DUPLICATE_KEY_NOT_RETRIED,
    /** A code that no list contains counts as a permanent refusal, so the write is dropped. */
    UNKNOWN_CODE_IS_PERMANENT,
    /** A temporary refusal of a rollup is ignored, so the batch counts as applied without it. */
    REFUSED_ROLLUP_IS_IGNORED,
    /** A temporary refusal of a mirror is ignored, so the batch counts as applied without it. */
    REFUSED_MIRROR_IS_IGNORED,
    /** A refused dead letter counts as stored. */
    REFUSED_DEAD_LETTER_IS_IGNORED,
    /** A mark of a broken document that MongoDB refused counts as stored. */
    REFUSED_MARK_IS_IGNORED,
    /** The sum of a group's matched decisions is not compared with their number, so an undecided plan is applied. */
    DECISIONS_ARE_NOT_COUNTED,
    /** A refused write stops a partition of the group other than its own. */
    REFUSAL_STOPS_ANOTHER_PARTITION,
    /** A refused write of one partition drops the later writes of all partitions of the group. */
    REFUSAL_DROPS_THE_WRITES_OF_A_GROUP,
    /** A group depends on the youngest position of its partitions instead of the oldest. */
    GROUP_DEPENDS_ON_THE_YOUNGEST_POSITION,
    NO_MIRROR_CONDITION,
    MIRROR_CONDITION_IGNORES_OFFSET,
    /**
     * The mirror condition compares versions with {@code <=} instead of {@code <}, so an earlier record of a version
     * can replace a later record of it.
     */
    MIRROR_CONDITION_ACCEPTS_EQUAL_VERSION,
    ZERO_ROLLUPS_ARE_DELETED,
    DELETED_MIRRORS_ARE_REMOVED,
    BATCH_CONTINUES_AFTER_RESTORE,
    /** The planner compares each record of a batch with the mirror before the batch. */
    BATCH_NOT_CHAINED,
    /** The planner treats a record of the mirror's version as a repeat even if its offset is higher. */
    PLANNER_IGNORES_OFFSET,
    /** The cache of written mirrors keeps its entries when the position of the journal is lost. */
    MIRROR_CACHE_SURVIVES_THE_POSITION,
    /** The cache of written mirrors keeps the first state of an aggregate instead of the last one. */
    MIRROR_CACHE_KEEPS_THE_FIRST_STATE
}
