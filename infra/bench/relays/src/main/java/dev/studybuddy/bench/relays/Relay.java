package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.OutboxAdapter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * This record describes a relay or limit that the benchmark measures.
 *
 * @param id name on the command line
 * @param title name in the report
 * @param version version of the measured program
 * @param kind mode in which the benchmark drives the program
 * @param outbox table in which the events wait
 * @param instances number of processes
 * @param marks whether the relay marks rows, so that the table shows when the backlog is processed
 * @param receivesWakeUps whether the relay receives wake-ups
 * @param warmUp number of events to relay before the first measurement
 * @param parts parts in which a run without a selection of relays measures this one
 * @param maxRate highest rate in events per second that is offered
 * @param processCommand returns the command of the n-th process of a case
 */
record Relay(
        String id,
        String title,
        String version,
        Kind kind,
        OutboxAdapter outbox,
        int instances,
        boolean marks,
        boolean receivesWakeUps,
        int warmUp,
        Set<Part> parts,
        int maxRate,
        BiFunction<Workspace, Integer, ProcessCommand> processCommand) {

    /** A kind is the mode in which the benchmark drives a program. */
    enum Kind {
        /** The program runs continuously and finds the rows itself. */
        RELAY,
        /** The program processes the rows that exist when it starts, measures its own time, and ends. It has no lag. */
        LIMIT,
        /** No program runs. The events are written and stay in the table, which shows the cost of the writes. */
        WRITES_ONLY,
        /**
         * The relay publishes only events that its own process writes, which the benchmark requests by its control
         * port.
         */
        IN_APPLICATION
    }

    /**
     * A process command starts a process of a relay.
     *
     * @param command command and its arguments
     * @param environment variables to add to the environment of this process
     */
    record ProcessCommand(List<String> command, Map<String, String> environment) {}
}
