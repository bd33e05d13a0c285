package dev.studybuddy.projector.readmodel;

/** Opens lines. Safe for use by several threads. */
public interface Lines {

    /**
     * A line that was never lost.
     *
     * @throws LineLostException where there is no server to talk to
     */
    Line open();
}
