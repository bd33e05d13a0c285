package dev.studybuddy.local.supervisor;

import java.time.Instant;
import java.util.List;

/**
 * What is known on disk about a running stack.
 *
 * @param phase {@code starting}, {@code ready} or {@code stopping}
 */
record StackState(ProcessIdentity supervisor, Phase phase, List<Entry> programs) {

    enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    /**
     * One program.
     *
     * @param since when its present process was started
     * @param restarts how often it was started again
     */
    record Entry(String name, Kind kind, int port, Probe probe, ProcessIdentity process, Instant since, int restarts) {}
}
