package dev.studybuddy.projector.mongo;

import java.util.List;

/** Opens fenced sessions. Several threads may use one instance. */
public interface FencedSessions {

    /**
     * Opens a new session.
     *
     * @throws FencedSessionLostException if no server is available
     */
    FencedSession open();

    /**
     * Opens a session that depends on the positions of all given sessions. Each of its operations waits until the
     * server has the state that the given sessions have read or written. The joined session is lost if the oldest given
     * session would be lost. Closing the joined session leaves the given sessions open, and makes their operations wait
     * for its own operations in the same way.
     *
     * @param sessions at least two sessions of this factory; no thread may use them until the joined session is closed
     * @throws FencedSessionLostException if no server is available
     */
    FencedSession join(List<FencedSession> sessions);
}
