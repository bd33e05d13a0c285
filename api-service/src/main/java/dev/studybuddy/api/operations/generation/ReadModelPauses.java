package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Pause;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Pauses and resumes read models in their generation records; each change is one compare-and-set. */
@Component
final class ReadModelPauses {

    private static final Logger LOG = LoggerFactory.getLogger(ReadModelPauses.class);

    /**
     * A change of a pause is attempted this many times in total, because other changes of the record may come first.
     */
    private static final int MAX_ATTEMPTS = 5;

    private final GenerationCommands commands;
    private final GenerationStore store;
    private final Clock clock;

    ReadModelPauses(GenerationCommands commands, MongoDatabases databases, Clock clock) {
        this.commands = commands;
        this.store = new GenerationStore(databases.requests());
        this.clock = clock;
    }

    /**
     * Pauses a read model, unless it is paused already.
     *
     * @param by the id of the operator
     * @return whether the call began the pause
     */
    boolean pause(String model, String by, String reason) {
        Pause pause = new Pause(clock.instant().truncatedTo(ChronoUnit.MILLIS), by, reason);
        boolean paused = changePause(model, record -> record.isPaused() ? record : record.withPause(pause));
        if (paused) {
            LOG.atInfo()
                    .addKeyValue("model", model)
                    .log("An operator paused a read model; the projector's instances apply no further records");
        }
        return paused;
    }

    /** Resumes a read model, and returns whether it was paused. */
    boolean resume(String model) {
        boolean resumed = changePause(model, record -> record.isPaused() ? record.withPause(null) : record);
        if (resumed) {
            LOG.atInfo()
                    .addKeyValue("model", model)
                    .log("An operator resumed a read model; the projector's instances continue at their journals");
        }
        return resumed;
    }

    /**
     * Changes the pause of a record. A pause is independent of all other changes of the record, so the method retries a
     * change that lost a race.
     */
    private boolean changePause(String model, UnaryOperator<GenerationRecord> change) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            GenerationRecord record = commands.readRecord(model);
            GenerationRecord changed = change.apply(record);
            if (changed.equals(record)) {
                return false;
            }
            if (store.compareAndSet(changed)) {
                return true;
            }
        }
        throw GenerationCommands.changedByOther(model);
    }
}
