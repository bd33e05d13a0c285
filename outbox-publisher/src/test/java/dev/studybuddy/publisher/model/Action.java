package dev.studybuddy.publisher.model;

/** An action is a kind of step that leads from one state to the next. */
enum Action {
    /** A session accepts an event. */
    HAND,
    /** The client refuses an event before it is sent. */
    REFUSE,
    /** A session sends a request with the next batch. */
    SEND,
    /** A request reaches the leader, which appends the batch. The client may have reported its failure long ago. */
    ARRIVE,
    /** The followers receive the first batch that they lack. */
    REPLICATE,
    /** A new leader takes over, for example after a restart. It may lack batches that were not replicated. */
    CHANGE_LEADER,
    /** A publisher receives the response to a request. For a lost response, this step never occurs. */
    ACKNOWLEDGE,
    /** A batch expires or the broker refuses it, and the session ends. */
    FAIL,
    /** The broker refuses a batch as too large, and the client sends its events in smaller batches. */
    SPLIT,
    /** A publisher loses its memory. */
    CRASH,
    /** A publisher marks a row as processed. */
    MARK,
    /** A publisher dead-letters a row that the client refuses. */
    DEAD_LETTER,
    /** A session sends nothing for a long time. */
    REST,
    /** The broker loses the state of a session. */
    LOSE_STATE
}
