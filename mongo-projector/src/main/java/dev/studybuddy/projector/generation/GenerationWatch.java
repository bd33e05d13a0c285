package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.consume.GenerationRunner;
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

/** Reads the records once a second, and brings into line with them what runs on this instance. */
@Component
public final class GenerationWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GenerationWatch.class);
    private static final Duration FRESH = Duration.ofSeconds(15);

    private final Models models;
    private final GenerationStore store;
    private final Beginning beginning;
    private final Topics topics;
    private final Changes changes;
    private final Janitor janitor;
    private final Running running;
    private final ProjectorProperties properties;
    private final SaidOnce said = new SaidOnce();
    private final Set<String> declared = new HashSet<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("generation-watch").unstarted(this::run);
    private volatile long looked = Long.MIN_VALUE;
    private long topicsLooked = Long.MIN_VALUE;

    GenerationWatch(
            Models models,
            GenerationStore store,
            Beginning beginning,
            Topics topics,
            Changes changes,
            Janitor janitor,
            Running running,
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
            if (!thread.join(Duration.ofSeconds(20))) {
                log.warn("The watch of generations did not end within 20 s");
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

    /** Whether the records could be read lately. */
    public boolean watching() {
        return looked != Long.MIN_VALUE && System.nanoTime() - looked < FRESH.toNanos();
    }

    /** The generations that this instance serves. */
    public List<GenerationRunner> serving() {
        return running.all();
    }

    private void run() {
        try {
            do {
                boolean topicsToo = topicsDue();
                for (ReadModel model : models.served()) {
                    guarded(model, topicsToo);
                }
            } while (!stopping.await(properties.projector().watchEvery().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void guarded(ReadModel model, boolean topicsToo) {
        try {
            round(model, topicsToo);
            if (said.changed(model.name(), null)) {
                log.info("The generations of {} are watched again", model.name());
            }
        } catch (RuntimeException failed) {
            // One cause, one line: the text of an exception may hold a time.
            if (said.changed(model.name(), failed.getClass().getName())) {
                log.atWarn()
                        .addKeyValue("model", model.name())
                        .log(
                                "The generations can't be watched now; it is tried again every second: {}",
                                String.valueOf(failed.getMessage()));
            }
        }
    }

    private void round(ReadModel model, boolean topicsToo) {
        GenerationRecord record = store.read(model.name()).orElseGet(() -> GenerationRecord.empty(model.name()));
        if (!declared.contains(model.name()) && !changes.declared(model, record)) {
            // It is read anew in the next round, with or without what was written now.
            return;
        }
        declared.add(model.name());
        running.bringIntoLine(model, record);
        looked = System.nanoTime();
        beginning.beginWhereNeeded(model, record);
        changes.retire(record);
        if (topicsToo) {
            changes.markBroken(model, record, topics.look(model));
            janitor.tidy(model);
        }
    }

    private boolean topicsDue() {
        long now = System.nanoTime();
        if (topicsLooked != Long.MIN_VALUE
                && now - topicsLooked < properties.projector().topicsEvery().toNanos()) {
            return false;
        }
        topicsLooked = now;
        return true;
    }
}
