package dev.studybuddy.api.operations.pause;

import com.mongodb.MongoException;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Pause;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Reads the pauses every two seconds, for health and metrics. If a server does not answer, the sampler keeps the pauses
 * that the server returned last.
 */
@Component
public final class PauseSampler extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(PauseSampler.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final PublishingPauses publishingPauses;
    private final GenerationStore generations;
    private final MultiGauge gauge;
    private final Map<String, Integer> publishingRows = new TreeMap<>();
    private final Map<String, Integer> projectingRows = new TreeMap<>();
    private volatile Pauses last = new Pauses(null, null);

    PauseSampler(PublishingPauses publishingPauses, MongoDatabases databases, MeterRegistry meters) {
        super("pause-sampler", PERIOD);
        this.publishingPauses = publishingPauses;
        this.generations = new GenerationStore(databases.requests());
        this.gauge = MultiGauge.builder("sync_paused")
                .description("This gauge is 1 if an operator paused this type or this read model, and otherwise 0.")
                .register(meters);
        resetPublishingRows();
        register();
    }

    /** Returns the pauses of the last sample. */
    public Pauses last() {
        return last;
    }

    @Override
    protected void runRound() {
        Pauses before = last;
        List<Pauses.Pause> publishing = readPublishing();
        List<Pauses.Pause> projecting = readProjecting();
        last = new Pauses(
                publishing == null ? before.publishing() : publishing,
                projecting == null ? before.projecting() : projecting);
        register();
    }

    private @Nullable List<Pauses.Pause> readPublishing() {
        try {
            List<PublishingPauses.PausedType> paused = publishingPauses.findAll();
            resetPublishingRows();
            paused.forEach(pause -> publishingRows.put(pause.name(), 1));
            return paused.stream()
                    .map(pause -> new Pauses.Pause(pause.name(), pause.at(), pause.by(), pause.reason()))
                    .toList();
        } catch (DataAccessException | TransactionException unavailable) {
            LOG.debug("CockroachDB did not answer; the sampler keeps the paused types of the last answer", unavailable);
            return null;
        }
    }

    /** Removes the rows of other names, because a later version may have paused a type that this version lacks. */
    private void resetPublishingRows() {
        publishingRows.clear();
        publishingRows.put(PublishingPauses.ALL_TYPES, 0);
        for (AggregateType type : AggregateType.values()) {
            publishingRows.put(type.code(), 0);
        }
    }

    private @Nullable List<Pauses.Pause> readProjecting() {
        try {
            List<Pauses.Pause> paused = new ArrayList<>();
            List<GenerationRecord> records = generations.readAll();
            projectingRows.clear();
            for (GenerationRecord record : records) {
                projectingRows.put(record.model(), record.isPaused() ? 1 : 0);
                Pause pause = record.pause();
                if (pause != null) {
                    paused.add(new Pauses.Pause(record.model(), pause.at(), pause.by(), pause.reason()));
                }
            }
            return paused;
        } catch (MongoException unavailable) {
            LOG.debug(
                    "MongoDB did not answer; the sampler keeps the paused read models of the last answer", unavailable);
            return null;
        }
    }

    private void register() {
        List<Row<?>> rows = new ArrayList<>();
        publishingRows.forEach((name, value) -> rows.add(row("publishing", name, value)));
        projectingRows.forEach((name, value) -> rows.add(row("projecting", name, value)));
        gauge.register(rows, true);
    }

    private static Row<?> row(String stage, String name, int value) {
        return Row.of(Tags.of("stage", stage, "name", name), value);
    }
}
