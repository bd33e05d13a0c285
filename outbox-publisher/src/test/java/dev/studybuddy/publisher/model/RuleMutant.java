package dev.studybuddy.publisher.model;

/** A mutant is a fault that breaks the session rule, or an assumption about Kafka that the rule needs. */
enum RuleMutant {
    NONE,

    /** A session continues with a higher epoch after a batch of it failed. */
    SESSION_CONTINUES_AFTER_A_FAILURE,

    /** The failure of a batch lets the session send one more request before it ends. */
    NEXT_BATCH_IS_SENT_AFTER_A_FAILURE,

    /** A new session continues the chain of the ended one. */
    CHAIN_CONTINUES_IN_A_NEW_SESSION,

    /** A version is chained to a version that the client refused. */
    GAP_AFTER_A_REFUSAL,

    /** Several requests of a new session are in flight before the first one is acknowledged. */
    FIRST_REQUEST_IS_NOT_ALONE,

    /** Several requests are in flight after a time in which the broker may have lost the state of the session. */
    REQUEST_AFTER_AN_IDLE_TIME_IS_NOT_ALONE,

    /** A row is dead-lettered although the row before it is only in flight. */
    DEAD_LETTER_BEHIND_A_ROW_IN_FLIGHT,

    /** The broker acknowledges a batch before the followers have it. */
    ACKNOWLEDGED_BEFORE_REPLICATION,

    /** The broker may append only the end of a batch. */
    BATCH_IS_DIVISIBLE
}
