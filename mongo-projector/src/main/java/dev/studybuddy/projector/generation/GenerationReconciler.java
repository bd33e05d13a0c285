package dev.studybuddy.projector.generation;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Reads the generation records at the interval {@code studybuddy.projector.reconciliation-interval}, and reconciles the
 * generations that run on this instance with them. This work needs only MongoDB.
 */
@Component
public final class GenerationReconciler implements BackgroundWork {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final ReadModelRegistry registry;
    private final GenerationStore store;
    private final GenerationTransitions transitions;
    private final GenerationRunners runners;
    private final GenerationRecordReadTimes reads;
    private final GenerationRounds rounds;
    private final Loop loop;

    GenerationReconciler(
            ReadModelRegistry registry,
            GenerationStore store,
            GenerationTransitions transitions,
            GenerationRunners runners,
            ProjectorProperties properties,
            MonotonicClock clock) {
        this.registry = registry;
        this.store = store;
        this.transitions = transitions;
        this.runners = runners;
        this.reads = new GenerationRecordReadTimes(clock);
        Duration interval = properties.projector().reconciliationInterval();
        this.rounds = new GenerationRounds("reconciliation", registry, interval);
        this.loop = Loop.every("generation-reconciler", interval, () -> rounds.run(this::reconcile));
    }

    /** Returns whether the loop or a runner must be stopped. A runner continues if an error has ended the loop. */
    @Override
    public boolean isRunning() {
        return BackgroundWork.super.isRunning() || runners.hasUnstopped();
    }

    @Override
    public void stop() {
        BackgroundWork.super.stop();
        runners.close();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }

    /** Returns whether the generation record of each read model was read within the last 15 s. */
    public boolean isReadingRecords() {
        return findUnreadModels().isEmpty();
    }

    /** Returns the read models whose generation record was not read within the last 15 s. */
    List<String> findUnreadModels() {
        return reads.findUnread(
                registry.served().stream().map(ServedModel::name).toList());
    }

    /** Returns the runners of the generations that this instance serves. */
    public List<GenerationRunner> runners() {
        return runners.runners();
    }

    /**
     * Returns whether the usable generations of some read model need a newer projection, so this instance may have
     * nothing to serve.
     */
    public boolean isOutdated() {
        return runners.isOutdated();
    }

    private void reconcile(ServedModel served) {
        ReadModel model = served.present();
        GenerationRecord record = store.read(model.name()).orElseGet(() -> GenerationRecord.empty(model.name()));
        if (!transitions.publishProjection(served, record)) {
            return;
        }
        runners.reconcile(served, record);
        reads.record(model.name());
    }
}
