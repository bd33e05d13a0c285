package dev.studybuddy.local.supervisor;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * This record is the content of the state file of a running stack.
 *
 * @param supervisor the process of the supervisor
 * @param phase the phase of the whole stack
 * @param programs the programs whose first process was started
 */
record StackState(ProcessIdentity supervisor, Phase phase, List<Entry> programs) {

    enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    /**
     * An entry describes one program.
     *
     * @param port the main port, which {@code infra/status} shows
     * @param process the identity of the present process, which may have ended
     * @param since the time at which the present process was started
     * @param restarts the number of unexpected ends before the present process started
     */
    record Entry(
            String name,
            Kind kind,
            int port,
            @JsonProperty("probe") HealthCheck healthCheck,
            ProcessIdentity process,
            Instant since,
            int restarts) {}
}
