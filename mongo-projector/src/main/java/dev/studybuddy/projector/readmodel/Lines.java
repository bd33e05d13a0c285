package dev.studybuddy.projector.readmodel;

/** Opens fenced sessions. Several threads may use it. */
public interface Lines {

    /**
     * Opens a new session.
     *
     * @throws LineLostException if no server is available
     */
    Line open();
}
