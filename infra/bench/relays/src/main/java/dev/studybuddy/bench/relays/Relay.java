package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.OutboxForm;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Something to measure.
 *
 * @param id its name on the command line
 * @param title its name in the table
 * @param version of what
 * @param kind how it is driven
 * @param form where its events wait
 * @param instances how many processes
 * @param marks whether it marks rows, so that the table tells when it is done
 * @param wakeable whether it hears wake-ups
 * @param warmUp events to carry before anything is measured
 * @param program the n-th process for a case
 */
record Relay(
        String id,
        String title,
        String version,
        Kind kind,
        OutboxForm form,
        int instances,
        boolean marks,
        boolean wakeable,
        int warmUp,
        BiFunction<Site, Integer, Program> program) {

    /** How it is driven. */
    enum Kind {
        /** Runs all the time and finds rows by itself. */
        RELAY,
        /** Takes what is there when it starts, measures itself, and ends; has no lag. */
        LIMIT,
        /** A relay whose events must be published within its own process, over its control port. */
        IN_APPLICATION
    }

    /**
     * A process.
     *
     * @param command its words
     * @param environment added to ours
     */
    record Program(List<String> command, Map<String, String> environment) {}
}
