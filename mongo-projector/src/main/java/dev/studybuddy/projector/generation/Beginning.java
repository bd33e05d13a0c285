package dev.studybuddy.projector.generation;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Begins generations that nobody has to ask for: the first of all, and the one of a newer projection. The first answers at
 * once where its topics are as good as empty; else it is built, and api-service activates it when it has caught up.
 */
@Component
final class Beginning {

    private static final Logger log = LoggerFactory.getLogger(Beginning.class);

    /** So few are read in a moment; a reader that meets a part of more would take it for all. */
    private static final long FEW_RECORDS = 1_000;

    private final GenerationStore store;
    private final MongoDatabase database;
    private final Admin admin;
    private final Topics topics;
    private final ProjectorProperties properties;
    private final Clock clock;
    private final SaidOnce waiting = new SaidOnce();

    Beginning(
            GenerationStore store,
            MongoDatabase database,
            Admin admin,
            Topics topics,
            ProjectorProperties properties,
            Clock clock) {
        this.store = store;
        this.database = database;
        this.admin = admin;
        this.topics = topics;
        this.properties = properties;
        this.clock = clock;
    }

    /** Begins one where the record asks for it and the topics allow it. */
    void beginWhereNeeded(ReadModel model, GenerationRecord record) {
        boolean first = record.active() == null
                && record.building() == null
                && record.generations().isEmpty();
        boolean newer = record.building() == null
                && record.active() != null
                && record.generations().values().stream().noneMatch(one -> one.projectionVersion() >= model.version());
        if (!first && !newer) {
            return;
        }
        Topics.Found found = topics.look(model);
        String unfit = found.unfit() == null ? cut(found.origins()) : found.unfit();
        if (waiting.changed(model.name(), unfit) && unfit != null) {
            log.atWarn()
                    .addKeyValue("model", model.name())
                    .log("No generation can begin yet, this waits for its topics: {}", unfit);
        }
        if (unfit == null) {
            begin(model, record, found.origins(), first);
        }
    }

    private void begin(ReadModel model, GenerationRecord record, Map<String, TopicOrigin> origins, boolean first) {
        int number = Math.max(record.last(), Traces.highest(database, admin, properties.groupPrefix(), model)) + 1;
        Generation generation = new Generation(
                number,
                model.version(),
                origins,
                false,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null,
                null,
                null);
        GenerationRecord changed = record.with(generation);
        boolean atOnce = first && topics.records(origins) <= FEW_RECORDS;
        changed = atOnce
                ? changed.listing(number, null, null)
                : changed.listing(record.active(), record.previous(), number);
        if (store.compareAndSet(changed)) {
            log.atInfo()
                    .addKeyValue("model", model.name())
                    .addKeyValue("generation", number)
                    .addKeyValue("group", Names.group(properties.groupPrefix(), model.name(), number))
                    .log(first ? "The first generation begins" : "A newer projection begins a generation");
        }
    }

    /** A log that doesn't begin at 0 can't give all states; null where all do. */
    private @org.jspecify.annotations.Nullable String cut(Map<String, TopicOrigin> origins) {
        return topics.starts(origins).entrySet().stream()
                .filter(one -> one.getValue() > 0)
                .findFirst()
                .map(one -> one.getKey() + " begins at " + one.getValue()
                        + "; a full backup must put every state on it first (rebuild with snapshotsFirst)")
                .orElse(null);
    }
}
