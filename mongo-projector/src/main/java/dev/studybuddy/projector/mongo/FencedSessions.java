package dev.studybuddy.projector.mongo;

/** Opens fenced sessions. Several threads may use one instance. */
public interface FencedSessions {

    /**
     * Opens a new session.
     *
     * @throws SessionLostException if no server is available
     */
    FencedSession open();
}
