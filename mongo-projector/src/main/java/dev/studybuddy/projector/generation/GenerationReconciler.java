package dev.studybuddy.projector.generation;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Reads the generation records once a second and reconciles the generations that run on this instance with them. */
@Component
public final class GenerationReconciler implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GenerationReconciler.class);
    private static final Duration MAX_READ_AGE = Duration.ofSeconds(15);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final ReadModelRegistry registry;
    private final GenerationStore store;
    private final GenerationStarter starter;
    private final GenerationTransitions transitions;
    private final Janitor janitor;
    private final GenerationRunners runners;
    private final ProjectorProperties properties;
    private final MonotonicClock clock;
    private final LogOnChange logOnChange = new LogOnChange();
    private final Set<String> published = new HashSet<>();
    private final Loop loop;
    private volatile long lastReadNanos = Long.MIN_VALUE;
    private long lastTopicCheckNanos = Long.MIN_VALUE;

    GenerationReconciler(
            ReadModelRegistry registry,
            GenerationStore store,
            GenerationStarter starter,
            GenerationTransitions transitions,
            Janitor janitor,
            GenerationRunners runners,
            ProjectorProperties properties,
            MonotonicClock clock) {
        this.registry = registry;
        this.store = store;
        this.starter = starter;
        this.transitions = transitions;
        this.janitor = janitor;
        this.runners = runners;
        this.properties = properties;
        this.clock = clock;
        this.loop = Loop.every("generation-reconciler", properties.projector().watchEvery(), this::reconcileAll);
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        if (!loop.stop(STOP_TIMEOUT)) {
            log.atWarn()
                    .addKeyValue("timeout", STOP_TIMEOUT)
                    .log("The thread that reconciles generations did not end in time; the shutdown continues");
        }
        runners.close();
    }

    @Override
    public boolean isRunning() {
        return loop.isRunning();
    }

    /** Returns whether a generation record was read within the last 15 s. */
    public boolean isReadingRecords() {
        return lastReadNanos != Long.MIN_VALUE && clock.nanos() - lastReadNanos < MAX_READ_AGE.toNanos();
    }

    /** Returns the runners of the generations that this instance serves. */
    public List<GenerationRunner> runners() {
        return runners.runners();
    }

    /**
     * Returns whether the usable generations of some read model need a newer projection, so that this instance may have
     * nothing to serve.
     */
    public boolean isOutdated() {
        return runners.isOutdated();
    }

    private void reconcileAll() {
        boolean checkTopics = isTopicCheckDue();
        for (ServedModel model : registry.served()) {
            reconcileAndLog(model, checkTopics);
        }
    }

    private void reconcileAndLog(ServedModel model, boolean checkTopics) {
        try {
            reconcile(model, checkTopics);
            if (logOnChange.recordChange(model.name(), null)) {
                log.atInfo().addKeyValue("model", model.name()).log("The generations are reconciled again");
            }
        } catch (RuntimeException failed) {
            // The class decides whether the cause changed, because the text of an exception may contain a time.
            if (logOnChange.recordChange(model.name(), failed.getClass().getName())) {
                log.atWarn()
                        .addKeyValue("model", model.name())
                        .addKeyValue("error", String.valueOf(failed.getMessage()))
                        .addKeyValue("retryEvery", properties.projector().watchEvery())
                        .log("The generations could not be reconciled; the projector retries");
            }
        }
    }

    private void reconcile(ServedModel served, boolean checkTopics) {
        ReadModel model = served.present();
        GenerationRecord record = store.read(model.name()).orElseGet(() -> GenerationRecord.empty(model.name()));
        if (!published.contains(model.name()) && !transitions.publishProjection(model, record)) {
            // The record may have changed, so the next round reads it again.
            return;
        }
        published.add(model.name());
        runners.reconcile(served, record);
        lastReadNanos = clock.nanos();
        starter.startIfNeeded(model, record);
        transitions.retireExpired(record);
        if (checkTopics) {
            transitions.checkTopics(model, record);
            janitor.dropUnlisted(model);
        }
    }

    private boolean isTopicCheckDue() {
        long now = clock.nanos();
        if (lastTopicCheckNanos != Long.MIN_VALUE
                && now - lastTopicCheckNanos
                        < properties.projector().topicsEvery().toNanos()) {
            return false;
        }
        lastTopicCheckNanos = now;
        return true;
    }
}
