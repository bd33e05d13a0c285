package dev.studybuddy.api.testing;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.LeaderboardIndex;
import dev.studybuddy.readmodel.MirrorDocuments;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.SubjectsContribution;
import dev.studybuddy.readmodel.Sums;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.Document;

/**
 * Writes the documents that the projector would write to MongoDB, but without Kafka and without plans in the journals.
 */
public final class ReadModelFixture implements AutoCloseable {

    public static final int PARTITIONS = 12;

    private final MongoClient client;
    private final MongoDatabase database;
    private final int generation;
    private final String model;
    private final int version;
    private final ContributionFunction contributionFunction;
    private final Set<AggregateType> types;

    public ReadModelFixture(String uri, String databaseName, int generation) {
        this(uri, databaseName, generation, StudyContribution.VERSION);
    }

    /** Creates a fixture of the read model {@code study} with a version of its projection. */
    public ReadModelFixture(String uri, String databaseName, int generation, int version) {
        this(
                uri,
                databaseName,
                generation,
                Names.STUDY,
                version,
                StudyContribution.ofVersion(version).orElseThrow(),
                EnumSet.allOf(AggregateType.class));
    }

    private ReadModelFixture(
            String uri,
            String databaseName,
            int generation,
            String model,
            int version,
            ContributionFunction contributionFunction,
            Set<AggregateType> types) {
        this.client = MongoClients.create(uri);
        this.database = client.getDatabase(databaseName);
        this.generation = generation;
        this.model = model;
        this.version = version;
        this.contributionFunction = contributionFunction;
        this.types = types;
    }

    /** Returns a fixture of the read model {@code subjects}. */
    public static ReadModelFixture subjects(String uri, String databaseName, int generation) {
        return of(Names.SUBJECTS, SubjectsContribution::add, uri, databaseName, generation);
    }

    /**
     * Returns a fixture of a read model that reads todos. This service finds the read model only in its generation
     * record.
     */
    public static ReadModelFixture of(
            String model, ContributionFunction contributionFunction, String uri, String databaseName, int generation) {
        return of(
                model,
                SubjectsContribution.VERSION,
                EnumSet.of(AggregateType.TODO),
                contributionFunction,
                uri,
                databaseName,
                generation);
    }

    /** Returns a fixture of a read model that reads these types, with a version of its projection. */
    public static ReadModelFixture of(
            String model,
            int version,
            Set<AggregateType> types,
            ContributionFunction contributionFunction,
            String uri,
            String databaseName,
            int generation) {
        return new ReadModelFixture(uri, databaseName, generation, model, version, contributionFunction, types);
    }

    public MongoDatabase database() {
        return database;
    }

    public MongoCollection<Document> mirrors(AggregateType type) {
        return database.getCollection(Names.mirrors(model, type) + Names.suffix(generation));
    }

    public MongoCollection<Document> rollups() {
        return database.getCollection(Names.rollups(model) + Names.suffix(generation));
    }

    /** Activates this generation, with every journal at position 0, as the first one or in place of the active one. */
    public void activate() {
        journals();
        rollups().createIndex(LeaderboardIndex.definition().keys());
        GenerationStore store = new GenerationStore(database);
        GenerationRecord record = store.read(model).orElse(GenerationRecord.empty(model));
        Generation built = createGeneration();
        GenerationRecord carrying = record.withProjection(new Projection(version, types));
        store.compareAndSet(
                record.active() == null
                        ? carrying.beginActive(built)
                        : carrying.begin(built).activate(generation, Instant.now()));
    }

    /** Adds this generation to the record as the one that is being built. */
    public void build() {
        GenerationStore store = new GenerationStore(database);
        GenerationRecord record = store.read(model).orElseThrow();
        store.compareAndSet(record.begin(createGeneration()));
    }

    private Generation createGeneration() {
        return new Generation(
                generation,
                version,
                FixtureTopics.find(database, types),
                false,
                Instant.now(),
                Instant.now(),
                null,
                null);
    }

    /** Marks this generation as broken, as the projector does if its topics have changed. */
    public void markBroken() {
        GenerationStore store = new GenerationStore(database);
        GenerationRecord broken = store.read(model)
                .flatMap(record -> record.markBroken(generation, "a topic was deleted and created again"))
                .orElseThrow();
        if (!store.compareAndSet(broken)) {
            throw new IllegalStateException("the generation record has changed");
        }
    }

    /** Creates the journals at position 0. */
    public void journals() {
        for (AggregateType type : types) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                journal(type, partition, 0);
            }
        }
    }

    /** Sets the offset up to which a partition is decided and applied. */
    public void journal(AggregateType type, int partition, long done) {
        decided(type, partition, done, done);
    }

    /** Sets, in one request, the offsets up to which all partitions of a type are decided and applied. */
    public void journals(AggregateType type, long[] done) {
        List<ReplaceOneModel<Document>> changes = new ArrayList<>();
        for (int partition = 0; partition < done.length; partition++) {
            String id = Names.journalId(type.code(), partition);
            changes.add(new ReplaceOneModel<>(
                    new Document("_id", id),
                    new Document("_id", id).append("hi", done[partition]).append("done", done[partition]),
                    new ReplaceOptions().upsert(true)));
        }
        database.getCollection(Names.journal(model, generation)).bulkWrite(changes);
    }

    /**
     * Sets the offset {@code hi} up to which a partition is decided, and the offset {@code done} up to which it is
     * applied.
     */
    public void decided(AggregateType type, int partition, long hi, long done) {
        String id = Names.journalId(type.code(), partition);
        database.getCollection(Names.journal(model, generation))
                .replaceOne(
                        new Document("_id", id),
                        new Document("_id", id).append("hi", hi).append("done", done),
                        new ReplaceOptions().upsert(true));
    }

    /** Applies a state to its mirror and to the rollups. */
    public void apply(AggregateType type, AggregateState state) {
        if (!types.contains(type)) {
            return;
        }
        Document before = mirrors(type).find(new Document("_id", state.id())).first();
        Sums change = new Sums();
        contributionFunction.add(change, state, 1);
        if (before != null) {
            Document json = new Document(before);
            json.append("id", before.get("_id"));
            json.remove("_id");
            json.remove("_syncedAt");
            contributionFunction.add(change, EventJson.read(type, json.toJson().getBytes(StandardCharsets.UTF_8)), -1);
        }
        change.forEach(this::add);
        mirror(type, state);
    }

    /** Applies the states of all mirrors of another generation, which must not hold deleted ones. */
    public void applyAll(ReadModelFixture other) {
        for (AggregateType type : types) {
            for (Document mirror : other.mirrors(type).find()) {
                apply(type, MirrorDocuments.toState(type, mirror));
            }
        }
    }

    /** Writes a mirror without changing the rollups. */
    public void mirror(AggregateType type, AggregateState state) {
        mirrors(type).replaceOne(new Document("_id", state.id()), mirrorOf(state), new ReplaceOptions().upsert(true));
    }

    /** Returns the mirror of a state. */
    public static Document mirrorOf(AggregateState state) {
        Document mirror = Document.parse(EventJson.write(state));
        mirror.remove("id");
        if (state instanceof DeletedState) {
            mirror.remove("userId");
        } else {
            mirror.append("_originalId", state.id())
                    .append("_syncedAt", Date.from(Instant.now()))
                    .append("_source", "cockroachdb");
        }
        return mirror.append("_id", state.id()).append("offset", 0L).append("version", state.version());
    }

    /** Adds amounts to a rollup. */
    public void add(RollupKey key, Map<String, Long> amounts) {
        rollups()
                .updateOne(
                        new Document("_id", key.id()),
                        new Document("$inc", new Document(new TreeMap<>(amounts)))
                                .append("$setOnInsert", identityOf(key)),
                        new UpdateOptions().upsert(true));
    }

    /** Returns a rollup with these amounts. */
    public static Document rollupOf(RollupKey key, Map<String, Long> amounts) {
        Document rollup = identityOf(key).append("_id", key.id());
        amounts.forEach((path, amount) -> {
            Document parent = rollup;
            String[] names = path.split("\\.", -1);
            for (int depth = 0; depth < names.length - 1; depth++) {
                parent = (Document) parent.computeIfAbsent(names[depth], any -> new Document());
            }
            parent.append(names[names.length - 1], amount);
        });
        return rollup;
    }

    private static Document identityOf(RollupKey key) {
        Document identity = new Document("kind", key.kind()).append("period", key.period());
        if (key.userId() != null) {
            identity.append("userId", key.userId());
        }
        if (key.subject() != null) {
            identity.append("subject", key.subject());
        }
        return identity;
    }

    public static UserState user(String id, String name, boolean shown) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        return new UserState(id, name, null, null, "UTC", shown, 1, now, now);
    }

    public static SessionState session(String userId, String subject, int minutes, LocalDate on) {
        Instant at = Instant.parse(on + "T12:00:00Z");
        return new SessionState(
                UUID.randomUUID().toString(), userId, subject, SessionType.POMODORO, minutes, at, on, 1, at, at);
    }

    public static TodoState completedTodo(String userId, String subject, int questions, LocalDate on) {
        Instant at = Instant.parse(on + "T12:00:00Z");
        return new TodoState(
                UUID.randomUUID().toString(),
                userId,
                "read",
                subject,
                Difficulty.EASY,
                10,
                questions,
                true,
                at,
                on,
                null,
                2,
                at,
                at);
    }

    public static TodoState openTodo(String userId, String subject, Difficulty difficulty, int target, int answered) {
        return openTodo(
                userId, subject, difficulty, target, answered, UUID.randomUUID().toString());
    }

    public static TodoState openTodo(
            String userId, String subject, Difficulty difficulty, int target, int answered, String id) {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        return new TodoState(
                id, userId, "read", subject, difficulty, target, answered, false, null, null, null, 1, at, at);
    }

    @Override
    public void close() {
        client.close();
    }
}
