package dev.studybuddy.contract;

/**
 * An aggregate state is the whole state of an aggregate after a change, and the value of a record on its topic. It
 * holds no e-mail address, because data that no consumer needs does not leave the database.
 */
public sealed interface AggregateState permits UserState, TodoState, SessionState, DeletedState {

    /** Returns the aggregate's id, which is also the record's key. */
    String id();

    /** Returns the id of the user who owns the aggregate. For a user, it is the user's own id. */
    String owner();

    /** Returns the version. It starts at 1, and each change raises it by one without gaps. */
    long version();
}
