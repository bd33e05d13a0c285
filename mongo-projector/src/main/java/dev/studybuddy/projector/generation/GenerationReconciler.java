package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private final ReadModelRegistry models;
    private final GenerationStore store;
    private final GenerationStarter beginning;
    private final TopicInspector topics;
    private final GenerationTransitions changes;
    private final Janitor janitor;
    private final GenerationRunners running;
    private final ProjectorProperties properties;
    private final LogOnChange logOnChange = new LogOnChange();
    private final Set<String> published = new HashSet<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("generation-watch").unstarted(this::run);
    private volatile long lastReadNanos = Long.MIN_VALUE;
    private long lastTopicCheckNanos = Long.MIN_VALUE;

    GenerationReconciler(
            ReadModelRegistry models,
            GenerationStore store,
            GenerationStarter beginning,
            TopicInspector topics,
            GenerationTransitions changes,
            Janitor janitor,
            GenerationRunners running,
            ProjectorProperties properties) {
        this.models = models;
        this.store = store;
        this.beginning = beginning;
        this.topics = topics;
        this.changes = changes;
        this.janitor = janitor;
        this.running = running;
        this.properties = properties;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.atWarn()
                        .addKeyValue("timeout", STOP_TIMEOUT)
                        .log("The thread that reconciles generations did not end in time; the shutdown continues");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        running.close();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Returns whether a generation record was read within the last 15 s. */
    public boolean isWatching() {
        return lastReadNanos != Long.MIN_VALUE && System.nanoTime() - lastReadNanos < MAX_READ_AGE.toNanos();
    }

    /** Returns the runners of the generations that this instance serves. */
    public List<GenerationRunner> runners() {
        return running.runners();
    }

    private void run() {
        try {
            do {
                boolean checkTopics = isTopicCheckDue();
                for (ReadModel model : models.served()) {
                    reconcileAndLog(model, checkTopics);
                }
            } while (!stopping.await(properties.projector().watchEvery().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcileAndLog(ReadModel model, boolean checkTopics) {
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

    private void reconcile(ReadModel model, boolean checkTopics) {
        GenerationRecord record = store.read(model.name()).orElseGet(() -> GenerationRecord.empty(model.name()));
        if (!published.contains(model.name()) && !changes.publishProjection(model, record)) {
            // The record may have changed, so the next round reads it again.
            return;
        }
        published.add(model.name());
        running.reconcile(model, record);
        lastReadNanos = System.nanoTime();
        beginning.startIfNeeded(model, record);
        changes.retireExpired(record);
        if (checkTopics) {
            changes.markBrokenIfTopicsChanged(model, record, topics.inspect(model));
            janitor.dropUnlisted(model);
        }
    }

    private boolean isTopicCheckDue() {
        long now = System.nanoTime();
        if (lastTopicCheckNanos != Long.MIN_VALUE
                && now - lastTopicCheckNanos
                        < properties.projector().topicsEvery().toNanos()) {
            return false;
        }
        lastTopicCheckNanos = now;
        return true;
    }
}
