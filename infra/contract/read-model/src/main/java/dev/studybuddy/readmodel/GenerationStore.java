package dev.studybuddy.readmodel;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** A generation store reads generation records and changes them by compare-and-set on {@code rev}. */
public final class GenerationStore {

    /** The field {@code snapshots} of a generation has this value if the generation requires snapshots. */
    private static final String REQUIRED = "required";

    private final MongoCollection<Document> records;

    public GenerationStore(MongoDatabase database) {
        records = database.getCollection(Names.GENERATIONS)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withReadConcern(ReadConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary());
    }

    /** Returns the record of a read model, or empty if the read model has none yet. */
    public Optional<GenerationRecord> read(String model) {
        return read(model, null);
    }

    /**
     * Returns the record of a read model, or empty if the read model has none yet.
     *
     * @param session the session of the read; null if the read stands alone
     */
    public Optional<GenerationRecord> read(String model, @Nullable ClientSession session) {
        return Optional.ofNullable(find(new Document("_id", model), session).first())
                .map(GenerationStore::decode);
    }

    /** Returns the records of all read models. */
    public List<GenerationRecord> readAll() {
        return readAll(null);
    }

    /**
     * Returns the records of all read models.
     *
     * @param session the session of the read; null if the read stands alone
     */
    public List<GenerationRecord> readAll(@Nullable ClientSession session) {
        List<GenerationRecord> all = new ArrayList<>();
        for (Document one : find(new Document(), session).sort(new Document("_id", 1))) {
            all.add(decode(one));
        }
        return all;
    }

    private FindIterable<Document> find(Document filter, @Nullable ClientSession session) {
        return session == null ? records.find(filter) : records.find(session, filter);
    }

    /**
     * Replaces the record from which the changed one was derived, and raises {@code rev}. A read model's first record
     * is inserted.
     *
     * @return false if another writer changed the record since it was read; nothing is written then
     */
    public boolean compareAndSet(GenerationRecord changed) {
        Document next = encode(changed).append("rev", changed.rev() + 1);
        if (changed.rev() > 0) {
            Document expected = new Document("_id", changed.model()).append("rev", changed.rev());
            return records.replaceOne(expected, next).getMatchedCount() == 1;
        }
        try {
            records.insertOne(next);
            return true;
        } catch (MongoWriteException refused) {
            if (refused.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
                return false;
            }
            throw refused;
        }
    }

    private static Document encode(GenerationRecord record) {
        Document generations = new Document();
        record.generations().forEach((number, one) -> generations.append(String.valueOf(number), encode(one)));
        return new Document("_id", record.model())
                .append("active", record.active())
                .append("previous", record.previous())
                .append("building", record.building())
                .append("last", record.last())
                .append("rev", record.rev())
                .append("projection", encode(record.projection()))
                .append("generations", generations)
                .append("pause", encode(record.pause()));
    }

    private static @Nullable Document encode(@Nullable Pause pause) {
        return pause == null
                ? null
                : new Document("at", Date.from(pause.at()))
                        .append("by", pause.by())
                        .append("reason", pause.reason());
    }

    private static @Nullable Pause pause(@Nullable Document pause) {
        return pause == null
                ? null
                : new Pause(pause.getDate("at").toInstant(), pause.getString("by"), pause.getString("reason"));
    }

    private static @Nullable Document encode(@Nullable Projection projection) {
        return projection == null
                ? null
                : new Document("version", projection.version())
                        .append(
                                "reads",
                                projection.reads().stream()
                                        .map(AggregateType::code)
                                        .toList());
    }

    private static @Nullable Projection projection(@Nullable Document projection) {
        return projection == null
                ? null
                : new Projection(
                        projection.get("version", Number.class).intValue(),
                        // This code skips a type that only newer code can read.
                        projection.getList("reads", String.class).stream()
                                .flatMap(code -> AggregateType.ofCode(code).stream())
                                .collect(Collectors.toSet()));
    }

    private static Document encode(Generation one) {
        // The topics are a list instead of a map, because MongoDB would read the dots of a topic name as a path.
        List<Document> topics = new ArrayList<>();
        new TreeMap<>(one.topics())
                .forEach((name, origin) -> topics.add(new Document("name", name)
                        .append("id", origin.id())
                        .append("partitions", origin.partitions())));
        return new Document("projectionVersion", one.projectionVersion())
                .append("topics", topics)
                .append("manual", one.manual())
                .append("snapshots", one.snapshotsRequired() ? REQUIRED : null)
                .append("startedAt", Date.from(one.startedAt()))
                .append("switchedAt", one.switchedAt() == null ? null : Date.from(one.switchedAt()))
                .append("end", one.end() == null ? null : one.end().name())
                .append("reason", one.reason());
    }

    private static GenerationRecord decode(Document record) {
        SortedMap<Integer, Generation> generations = new TreeMap<>();
        for (Map.Entry<String, Object> entry :
                record.get("generations", new Document()).entrySet()) {
            int number = Integer.parseInt(entry.getKey());
            generations.put(number, decode(number, (Document) entry.getValue()));
        }
        return new GenerationRecord(
                record.getString("_id"),
                integer(record, "active"),
                integer(record, "previous"),
                integer(record, "building"),
                record.get("last", Number.class).intValue(),
                record.get("rev", Number.class).longValue(),
                projection(record.get("projection", Document.class)),
                generations,
                pause(record.get("pause", Document.class)));
    }

    private static Generation decode(int number, Document one) {
        Map<String, TopicOrigin> topics = new TreeMap<>();
        for (Document topic : one.getList("topics", Document.class)) {
            int partitions = topic.get("partitions", Number.class).intValue();
            topics.put(topic.getString("name"), new TopicOrigin(topic.getString("id"), partitions));
        }
        String end = one.getString("end");
        return new Generation(
                number,
                one.get("projectionVersion", Number.class).intValue(),
                topics,
                one.getBoolean("manual", false),
                REQUIRED.equals(one.getString("snapshots")),
                one.getDate("startedAt").toInstant(),
                instant(one, "switchedAt"),
                end == null ? null : Generation.End.valueOf(end),
                one.getString("reason"));
    }

    private static @Nullable Instant instant(Document document, String field) {
        Date date = document.getDate(field);
        return date == null ? null : date.toInstant();
    }

    private static @Nullable Integer integer(Document document, String field) {
        Number number = document.get(field, Number.class);
        return number == null ? null : number.intValue();
    }
}
