package dev.studybuddy.readmodel;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;

/**
 * A schema store holds the schemas of events that the projectors read. Each instance announces the newest schema that
 * it reads. The store keeps an announced schema permanently, so that a record of it always waits for a reader and never
 * becomes a dead letter. It deletes the announcement of an instance that has not repeated it for seven days. The
 * announcement also states which partitions of the instance wait for a newer projector.
 *
 * <p>Every method throws the driver's exception if MongoDB does not answer.
 */
public final class SchemaStore {

    /**
     * The store deletes an announcement that is older than this time. A running instance repeats its announcement far
     * more often.
     */
    private static final Duration INSTANCE_RETENTION = Duration.ofDays(7);

    /** An announcement that is older than this time belongs to an instance that ended, and its waits do not count. */
    private static final Duration WAIT_RETENTION = Duration.ofSeconds(30);

    private static final String SCHEMA = "schema";
    private static final String WAITS = "waits";
    private static final String SEEN_AT = "seenAt";

    private final MongoCollection<Document> schemas;
    private final MongoCollection<Document> instances;

    public SchemaStore(MongoDatabase database) {
        schemas = majority(database.getCollection(Names.SCHEMAS));
        instances = majority(database.getCollection(Names.PROJECTORS));
    }

    private static MongoCollection<Document> majority(MongoCollection<Document> collection) {
        return collection
                .withWriteConcern(WriteConcern.MAJORITY)
                .withReadConcern(ReadConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary());
    }

    /**
     * Records that an instance reads every schema up to the given one, and deletes the announcements of instances that
     * ended long ago.
     *
     * @param instance the part of the instance's Kafka client ids that precedes the name of the generation
     * @param waits the partitions of the instance that wait for a newer projector
     */
    public void announce(String instance, int schema, List<SchemaWait> waits, Instant now) {
        insertIfAbsent(schema, now);
        Document announcement = new Document("_id", instance)
                .append(SCHEMA, schema)
                .append(WAITS, waits.stream().map(SchemaStore::toDocument).toList())
                .append(SEEN_AT, Date.from(now));
        instances.replaceOne(new Document("_id", instance), announcement, new ReplaceOptions().upsert(true));
        instances.deleteMany(new Document(SEEN_AT, new Document("$lt", Date.from(now.minus(INSTANCE_RETENTION)))));
    }

    private void insertIfAbsent(int schema, Instant now) {
        Document announced = new Document("$setOnInsert", new Document("announcedAt", Date.from(now)));
        try {
            schemas.updateOne(new Document("_id", schema), announced, new UpdateOptions().upsert(true));
        } catch (MongoWriteException refused) {
            // Another instance announced the schema at the same time.
            if (refused.getError().getCategory() != ErrorCategory.DUPLICATE_KEY) {
                throw refused;
            }
        }
    }

    /** Returns the highest schema that any instance ever announced, or 0 if none did. */
    public int findHighest() {
        Document highest = schemas.find().sort(new Document("_id", -1)).first();
        return highest == null ? 0 : highest.get("_id", Number.class).intValue();
    }

    /**
     * Returns the partitions that wait for a newer projector, as the instances announced them in the last 30 seconds.
     * If several instances announced a partition, the last announcement counts.
     */
    public List<SchemaWait> findWaits(Instant now) {
        Document recent = new Document(SEEN_AT, new Document("$gte", Date.from(now.minus(WAIT_RETENTION))));
        Map<String, SchemaWait> waits = new TreeMap<>();
        for (Document instance : instances.find(recent).sort(new Document(SEEN_AT, 1))) {
            for (Document wait : instance.getList(WAITS, Document.class, List.of())) {
                SchemaWait found = toWait(wait);
                waits.put(found.generation() + '/' + found.topic() + '/' + found.partition(), found);
            }
        }
        return List.copyOf(waits.values());
    }

    private static Document toDocument(SchemaWait wait) {
        return new Document("generation", wait.generation())
                .append("topic", wait.topic())
                .append("partition", wait.partition())
                .append("offset", wait.offset())
                .append(SCHEMA, wait.schema())
                .append("since", Date.from(wait.since()));
    }

    private static SchemaWait toWait(Document document) {
        return new SchemaWait(
                document.getString("generation"),
                document.getString("topic"),
                document.getInteger("partition"),
                document.getLong("offset"),
                document.getLong(SCHEMA),
                document.getDate("since").toInstant());
    }

    /** Returns the newest schema that each instance announced, by the name of the instance. */
    public Map<String, Integer> findByInstance() {
        Map<String, Integer> announced = new HashMap<>();
        for (Document one : instances.find()) {
            announced.put(one.getString("_id"), one.get(SCHEMA, Number.class).intValue());
        }
        return announced;
    }
}
