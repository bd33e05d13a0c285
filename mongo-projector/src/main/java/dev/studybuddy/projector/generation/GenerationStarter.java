package dev.studybuddy.projector.generation;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Starts the generations that need no operator: the first one of a read model, and one for each newer projection. The
 * first generation is active at once if its topics hold few records. Every other generation is built, and api-service
 * activates it when it has caught up. This class starts no generation from topics that may lack old states.
 */
@Component
final class GenerationStarter {

    private static final Logger log = LoggerFactory.getLogger(GenerationStarter.class);

    /**
     * The first generation is active at once if its topics hold at most this number of records, which are
     * processed almost at once. With more records, readers could mistake a half-built model for a complete one.
     */
    private static final long MAX_RECORDS_TO_ACTIVATE_AT_ONCE = 1_000;

    private final GenerationStore store;
    private final MongoDatabase database;
    private final Admin admin;
    private final TopicInspector topicInspector;
    private final ProjectorProperties properties;
    private final Clock clock;
    private final LoggedStates loggedStates = new LoggedStates();

    GenerationStarter(
            GenerationStore store,
            MongoDatabase database,
            Admin admin,
            TopicInspector topicInspector,
            ProjectorProperties properties,
            Clock clock) {
        this.store = store;
        this.database = database;
        this.admin = admin;
        this.topicInspector = topicInspector;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Starts a generation if the record requires one and the topics allow it. A paused read model waits for the end of
     * the pause, because an operator who pauses it expects no rebuild.
     */
    void startIfNeeded(ReadModel model, GenerationRecord record) {
        if (record.isPaused()) {
            return;
        }
        boolean first = record.active() == null
                && record.building() == null
                && record.generations().isEmpty();
        boolean newer = record.building() == null
                && record.active() != null
                && record.generations().values().stream().noneMatch(one -> one.projectionVersion() >= model.version());
        if (!first && !newer) {
            return;
        }
        TopicInspector.Inspection inspection = topicInspector.inspect(model);
        String defect = inspection.defect();
        if (defect == null) {
            defect = findReplacedTopic(activeGeneration(record), inspection.origins());
        }
        if (defect == null) {
            defect = findTruncatedLog(inspection.origins());
        }
        if (loggedStates.recordChange(model.name(), defect) && defect != null) {
            log.atWarn()
                    .addKeyValue("model", model.name())
                    .addKeyValue("defect", defect)
                    .log("A generation cannot start because of its topics; the projector checks them again in every"
                            + " round");
        }
        if (defect == null) {
            start(model, record, inspection.origins(), first);
        }
    }

    private void start(ReadModel model, GenerationRecord record, Map<String, TopicOrigin> origins, boolean first) {
        int number = Math.max(
                        record.last(),
                        GenerationResources.findHighestNumber(database, admin, properties.groupPrefix(), model.name()))
                + 1;
        Generation generation = new Generation(
                number,
                model.version(),
                origins,
                false,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null,
                null,
                null);
        boolean activateAtOnce = first && topicInspector.countRecords(origins) <= MAX_RECORDS_TO_ACTIVATE_AT_ONCE;
        if (store.compareAndSet(activateAtOnce ? record.beginActive(generation) : record.begin(generation))) {
            log.atInfo()
                    .addKeyValue("model", model.name())
                    .addKeyValue("generation", number)
                    .addKeyValue("group", Names.group(properties.groupPrefix(), model.name(), number))
                    .log(
                            first
                                    ? "The first generation of a read model started"
                                    : "A newer projection started a generation");
        }
    }

    private static @Nullable Generation activeGeneration(GenerationRecord record) {
        return record.active() == null ? null : record.generations().get(record.active());
    }

    /**
     * Returns a description of a topic that is not the one from which the active generation was built, or null if there
     * is none. A topic that was created again or has another name may lack old states, and with another number of
     * partitions, the events of an aggregate are on several partitions.
     *
     * @param active the active generation; null if there is none
     * @param origins the topics that the next generation reads, by name
     */
    static @Nullable String findReplacedTopic(@Nullable Generation active, Map<String, TopicOrigin> origins) {
        if (active == null) {
            return null;
        }
        for (Map.Entry<String, TopicOrigin> present : new TreeMap<>(origins).entrySet()) {
            AggregateType type = AggregateType.requireOfTopic(present.getKey());
            for (Map.Entry<String, TopicOrigin> recorded : new TreeMap<>(active.topics()).entrySet()) {
                boolean sameType = AggregateType.ofTopic(recorded.getKey())
                        .filter(type::equals)
                        .isPresent();
                if (sameType && !recorded.equals(present)) {
                    return present.getKey() + " with id " + describe(present.getValue())
                            + " is not the topic from which the active generation " + active.number() + " was built, "
                            + recorded.getKey() + " with id " + describe(recorded.getValue())
                            + ", so it may lack old states; a full backup must publish every state first (rebuild with"
                            + " snapshotsFirst)";
                }
            }
        }
        return null;
    }

    private static String describe(TopicOrigin origin) {
        return origin.id() + " and " + origin.partitions() + " partitions";
    }

    /**
     * Returns a description of a partition whose log does not start at offset 0 and therefore may lack states, or null
     * if every log starts at 0.
     */
    private @Nullable String findTruncatedLog(Map<String, TopicOrigin> origins) {
        return topicInspector.findStartOffsets(TopicInspector.partitionsOf(origins)).entrySet().stream()
                .filter(one -> one.getValue() > 0)
                .findFirst()
                .map(one -> one.getKey() + " starts at offset " + one.getValue()
                        + " instead of 0; a full backup must publish every state first (rebuild with snapshotsFirst)")
                .orElse(null);
    }
}
