package dev.studybuddy.contract;

/**
 * The whole state of an aggregate after a change, as it stands on its topic. It holds no e-mail address: what nobody
 * downstream needs does not leave the database.
 */
public sealed interface AggregateState permits UserState, TodoState, SessionState, DeletedState {

    /** The aggregate's id, the record's key. */
    String id();

    /** The user to whom the aggregate belongs; a user's own id. */
    String owner();

    /** Dense from 1; raised by one by each change. */
    long version();
}
