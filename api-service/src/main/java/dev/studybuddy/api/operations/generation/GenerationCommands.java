package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationNumbers;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Changes generation records; each change is one compare-and-set. */
@Component
final class GenerationCommands {

    private static final Logger LOG = LoggerFactory.getLogger(GenerationCommands.class);

    private final GenerationStore store;
    private final MongoDatabases databases;
    private final KafkaInspector kafka;
    private final TopicPreconditions preconditions;
    private final TopicProperties properties;
    private final Clock clock;
    private volatile Set<String> models = Set.of(Names.STUDY);

    GenerationCommands(
            MongoDatabases databases,
            KafkaInspector kafka,
            TopicPreconditions preconditions,
            TopicProperties properties,
            Clock clock) {
        this.store = new GenerationStore(databases.requests());
        this.databases = databases;
        this.kafka = kafka;
        this.preconditions = preconditions;
        this.properties = properties;
        this.clock = clock;
    }

    /** Returns the generation records of all read models. */
    List<GenerationRecord> readAllRecords() {
        return recordModels(store.readAll());
    }

    /** Returns the generation records of all read models, read in the MongoDB session of a request. */
    List<GenerationRecord> readAllRecords(MongoSessions.MongoSession session) {
        return recordModels(session.readAll(store));
    }

    private List<GenerationRecord> recordModels(List<GenerationRecord> all) {
        models = all.stream().map(GenerationRecord::model).collect(Collectors.toUnmodifiableSet());
        return all;
    }

    /**
     * Returns the names of all read models as {@link #readAllRecords} last read them. Until it has read them, the only
     * name is {@code study}.
     */
    Set<String> models() {
        return models;
    }

    /** Returns the generation record of a read model, or a record without generations if none is stored. */
    GenerationRecord readRecord(String model) {
        return store.read(model).orElseGet(() -> GenerationRecord.empty(model));
    }

    /**
     * Returns the generation record of a read model, or a record without generations if none is stored. The method
     * reads the record in the MongoDB session of a request.
     */
    GenerationRecord readRecord(String model, MongoSessions.MongoSession session) {
        return session.read(store, model).orElseGet(() -> GenerationRecord.empty(model));
    }

    /** Returns whether the read model is {@code study} or has a stored generation record. */
    boolean exists(String model) {
        return model.equals(Names.STUDY) || store.read(model).isPresent();
    }

    /**
     * Adds the next generation to the record. The projector's instances read the record and build the generation.
     *
     * @param manual whether the generation waits until an operator activates it
     * @param snapshotsFirst whether a backup emits every aggregate again, so that the topics may lack old records
     * @return the new generation
     * @throws dev.studybuddy.api.http.ProblemException 409 if a generation is already being built, if the read model is
     *     paused, if the topics do not hold every record, or if another request or a projector changed the record at
     *     the same time
     */
    Generation startRebuild(String model, boolean manual, boolean snapshotsFirst) {
        GenerationRecord record = readRecord(model);
        if (record.building() != null) {
            throw Problem.conflict(
                            "rebuild-under-way",
                            "Rebuild in progress",
                            "Generation " + record.building() + " of read model " + model
                                    + " is being built. Abort it with DELETE /api/admin/projections/rebuild/"
                                    + record.building() + "?model=" + model + ", or wait until it is active.")
                    .toException();
        }
        requireNotPaused(record);
        Generation active =
                record.active() == null ? null : record.generations().get(record.active());
        Map<String, TopicOrigin> origins = preconditions.requireUsable(record.nextReads(), active, snapshotsFirst);
        int existing = GenerationNumbers.findHighest(
                properties.groupPrefix(), model, databases.requests().listCollectionNames(), kafka.findGroups());
        int number = Math.max(record.last(), existing) + 1;
        // The record keeps milliseconds, and the id of the backup job depends on this time.
        Instant startedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Generation next = new Generation(
                number, projectionVersion(record), origins, manual, snapshotsFirst, startedAt, null, null, null);
        change(record.begin(next));
        LOG.atInfo()
                .addKeyValue("model", model)
                .addKeyValue("generation", number)
                .log("A rebuild started; the projector's instances build the generation");
        return next;
    }

    /**
     * Aborts the building generation.
     *
     * @param reason the reason that operators see
     * @throws dev.studybuddy.api.http.ProblemException 404 if this generation is not being built; 409 if another
     *     request or a projector changed the record at the same time
     */
    void abort(String model, int generation, String reason) {
        GenerationRecord record = readRecord(model);
        if (record.building() == null || record.building() != generation) {
            throw Problem.notFound("building generation").toException();
        }
        change(record.abort(generation, reason));
    }

    /**
     * Checks that a read model is not paused.
     *
     * @throws dev.studybuddy.api.http.ProblemException 409 if it is paused
     */
    static void requireNotPaused(GenerationRecord record) {
        if (record.isPaused()) {
            throw Problem.conflict(
                            "read-model-paused",
                            "Read model paused",
                            "Read model " + record.model()
                                    + " is paused, so none of its generations catches up. Resume it"
                                    + " with POST /api/admin/projections/resume and {\"model\": \"" + record.model()
                                    + "\"}, then retry.")
                    .toException();
        }
    }

    /**
     * Activates the building or the previous generation.
     *
     * @throws dev.studybuddy.api.http.ProblemException 409 if another request or a projector changed the record at the
     *     same time
     */
    void activate(GenerationRecord record, int generation) {
        change(record.activate(generation, clock.instant()));
        LOG.atInfo()
                .addKeyValue("model", record.model())
                .addKeyValue("from", record.active())
                .addKeyValue("to", generation)
                .log("This instance activated a generation; each instance of api-service reads it after its activation"
                        + " wait at the latest");
    }

    private void change(GenerationRecord changed) {
        if (!store.compareAndSet(changed)) {
            throw changedByOther(changed.model());
        }
    }

    /** Returns the problem of a change that lost a race against another change of the generation record. */
    static ProblemException changedByOther(String model) {
        return Problem.conflict(
                        "projection-changed",
                        "Projection changed",
                        "Another request or a projector changed the generations of read model " + model
                                + " at the same time. Check them with GET /api/admin/projections, then retry.")
                .toException();
    }

    /**
     * Returns the version of the projector's projection. If no projector has recorded one, it is the highest version
     * that was ever built, or 1.
     */
    private static int projectionVersion(GenerationRecord record) {
        Projection projection = record.projection();
        return projection != null
                ? projection.version()
                : record.generations().values().stream()
                        .mapToInt(Generation::projectionVersion)
                        .max()
                        .orElse(1);
    }
}
