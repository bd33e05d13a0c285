package dev.studybuddy.projector.generation;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a piece of work for each read model in every round of a loop. A failure of one read model does not stop the
 * others, and it is logged only when it begins, ends or has another cause.
 */
final class GenerationRounds {

    private static final Logger log = LoggerFactory.getLogger(GenerationRounds.class);

    private final String work;
    private final ReadModelRegistry registry;
    private final Duration interval;
    private final LoggedStates loggedStates = new LoggedStates();

    /**
     * Creates the rounds of one loop.
     *
     * @param work the name of the work in log lines
     * @param interval the interval at which the caller runs a round, which log lines contain
     */
    GenerationRounds(String work, ReadModelRegistry registry, Duration interval) {
        this.work = work;
        this.registry = registry;
        this.interval = interval;
    }

    /** Runs one round, which passes each read model to the action. */
    void run(Consumer<ServedModel> action) {
        for (ServedModel model : registry.served()) {
            runAndLog(model, action);
        }
    }

    private void runAndLog(ServedModel model, Consumer<ServedModel> action) {
        try {
            action.accept(model);
            if (loggedStates.recordChange(model.name(), null)) {
                log.atInfo()
                        .addKeyValue("model", model.name())
                        .addKeyValue("work", work)
                        .log("The work on the generations of a read model succeeds again");
            }
        } catch (RuntimeException failed) {
            // The class decides whether the cause changed, because the text of an exception may contain a time.
            if (loggedStates.recordChange(model.name(), failed.getClass().getName())) {
                log.atWarn()
                        .addKeyValue("model", model.name())
                        .addKeyValue("work", work)
                        .addKeyValue("error", String.valueOf(failed.getMessage()))
                        .addKeyValue("retryEvery", interval)
                        .log("The work on the generations of a read model failed; the projector retries");
            }
        }
    }
}
