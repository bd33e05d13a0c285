package dev.studybuddy.api.projections;

import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.lag.Broker;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Changes the record of generations, each time by one compare-and-set. */
@Component
final class Projections {

    /** Fewer records than these behind is nearly caught up. */
    static final long NEARLY = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Projections.class);

    private final GenerationStore store;
    private final MongoDatabases databases;
    private final Broker broker;
    private final TopicChecks topics;
    private final ApiProperties properties;
    private final Clock clock;
    private volatile Set<String> models = Set.of(Names.STUDY);

    Projections(MongoDatabases databases, Broker broker, TopicChecks topics, ApiProperties properties, Clock clock) {
        this.store = new GenerationStore(databases.requests());
        this.databases = databases;
        this.broker = broker;
        this.topics = topics;
        this.properties = properties;
        this.clock = clock;
    }

    /** The records of all read models that a projector ever carried. */
    List<GenerationRecord> all() {
        List<GenerationRecord> all = store.readAll();
        models = all.stream().map(GenerationRecord::model).collect(Collectors.toUnmodifiableSet());
        return all;
    }

    /** The names of all read models, as they were read last. */
    Set<String> models() {
        return models;
    }

    /** A model's record; one that tells of no generation where there is none. */
    GenerationRecord record(String model) {
        return store.read(model).orElseGet(() -> GenerationRecord.empty(model));
    }

    /** Whether there is such a read model: {@code study}, and whatever a projector carries. */
    boolean knows(String model) {
        return model.equals(Names.STUDY) || store.read(model).isPresent();
    }

    /**
     * Begins the next generation; the projector's instances do the rest.
     *
     * @return its number
     * @throws dev.studybuddy.api.web.ProblemException 409 while one is built, or where the topics are not fit
     */
    int begin(String model, boolean manual, boolean snapshotsFirst) {
        GenerationRecord record = record(model);
        if (record.building() != null) {
            throw Problem.conflict(
                            "rebuild-under-way",
                            "Rebuild under way",
                            "Generation " + record.building() + " is being built; abort it, or wait.")
                    .exception();
        }
        Generation active =
                record.active() == null ? null : record.generations().get(record.active());
        Map<String, TopicOrigin> origins = topics.fit(record.reads(), active, snapshotsFirst);
        int number = Math.max(record.last(), highestLeftOver(model)) + 1;
        Generation next = new Generation(number, version(record), origins, manual, clock.instant(), null, null, null);
        change(record.with(next).listing(record.active(), record.previous(), number));
        LOG.atInfo()
                .addKeyValue("model", model)
                .addKeyValue("generation", number)
                .log("A generation begins to be built");
        return number;
    }

    /** Gives the building generation up. */
    void abort(String model, int generation, String why) {
        GenerationRecord record = record(model);
        if (record.building() == null || record.building() != generation) {
            throw Problem.notFound("building generation").exception();
        }
        GenerationRecord changed = record.listing(record.active(), record.previous(), null);
        Generation one = record.generations().get(generation);
        change(one == null ? changed : changed.with(one.ended(Generation.End.ABORTED, why)));
    }

    /** Makes the building or the previous generation the one that answers. */
    void activate(GenerationRecord record, int generation) {
        Instant now = clock.instant();
        Integer old = record.active();
        GenerationRecord changed = record;
        for (Integer number : Stream.of(Optional.of(generation), Optional.ofNullable(old))
                .flatMap(Optional::stream)
                .toList()) {
            Generation one = record.generations().get(number);
            changed = one == null ? changed : changed.with(one.switchedAt(now));
        }
        boolean built = record.building() != null && record.building() == generation;
        change(changed.listing(generation, old, built ? null : record.building()));
        LOG.atInfo()
                .addKeyValue("model", record.model())
                .addKeyValue("from", old)
                .addKeyValue("to", generation)
                .log("Another generation is active");
    }

    private void change(GenerationRecord changed) {
        if (!store.compareAndSet(changed)) {
            throw Problem.conflict(
                            "projection-changed",
                            "Projection changed",
                            "Somebody else changed the generations at the same time; look again.")
                    .exception();
        }
    }

    /** The version that the projector carries; where none said so, the newest that was ever built. */
    private static int version(GenerationRecord record) {
        Projection projection = record.projection();
        return projection != null
                ? projection.version()
                : record.generations().values().stream()
                        .mapToInt(Generation::projectionVersion)
                        .max()
                        .orElse(1);
    }

    /** The highest number in collections and groups: a restored backup may hold an old record. */
    private int highestLeftOver(String model) {
        String names = Stream.concat(
                        Stream.of(AggregateType.values()).map(type -> Names.mirrors(model, type)),
                        Stream.of(Names.totals(model), Names.journals(model)))
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        Pattern collection = Pattern.compile("(?:" + names + ")_g(\\d{1,9})");
        Pattern group = Pattern.compile(Pattern.quote(properties.groupPrefix() + model + "-g") + "(\\d{1,9})");
        int highest = 0;
        for (String name : databases.requests().listCollectionNames()) {
            highest = Math.max(highest, number(collection.matcher(name)));
        }
        for (String name : broker.groups()) {
            highest = Math.max(highest, number(group.matcher(name)));
        }
        return highest;
    }

    private static int number(Matcher name) {
        return name.matches() ? Integer.parseInt(name.group(1)) : 0;
    }
}
