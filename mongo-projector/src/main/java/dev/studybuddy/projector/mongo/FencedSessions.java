package dev.studybuddy.projector.mongo;

import java.util.List;

/** Opens fenced sessions. Several threads may use one instance. */
public interface FencedSessions {

    /**
     * Opens a new session.
     *
     * @throws SessionLostException if no server is available
     */
    FencedSession open();

    /**
     * Opens a session that depends on the positions of all given sessions. Each of its operations waits until the
     * server has what the given sessions have read or written, and it is lost if the oldest of them would be lost.
     * Closing it makes the operations of the given sessions wait in the same way for its own operations, and does not
     * close them.
     *
     * @param sessions at least two sessions of this factory; no thread may use them until the joined session is closed
     * @throws SessionLostException if no server is available
     */
    FencedSession join(List<FencedSession> sessions);
}
