package dev.studybuddy.projector.generation;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.kafka.KafkaUnavailableException;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Drops the collections and groups of unlisted generations, which are those that no generation record lists. It finds
 * the collections and groups before it reads the record, so that it does not drop those of a generation that starts
 * between the two reads. It waits before it drops, because running requests and batches may still use a generation that
 * was just removed from the list. It runs periodically, because a late upsert can create a dropped collection again. A
 * refused drop delays no other drop, and the next round repeats it.
 */
@Component
final class GenerationDropper {

    private static final Logger log = LoggerFactory.getLogger(GenerationDropper.class);

    private final MongoDatabase database;
    private final GenerationStore store;
    private final Admin admin;
    private final ProjectorProperties properties;
    private final MonotonicClock clock;
    private final Map<String, Long> unlistedSinceNanos = new HashMap<>();

    GenerationDropper(
            MongoDatabase database,
            GenerationStore store,
            Admin admin,
            ProjectorProperties properties,
            MonotonicClock clock) {
        this.database = database.withWriteConcern(WriteConcern.MAJORITY);
        this.store = store;
        this.admin = admin;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Drops the collections of one read model that have been unlisted for long enough, and deletes the marks of its
     * broken documents in unlisted generations. If the read model has no record, it does nothing, because only the
     * record states which generations are in use.
     */
    void dropCollections(ReadModel model) {
        Map<String, Integer> collections = GenerationResources.findCollections(database, model.name());
        store.read(model.name()).ifPresent(record -> {
            try {
                dropDue("collection ", collections, record, this::dropCollection);
            } finally {
                deleteMarks(record);
            }
        });
    }

    /** Deletes the consumer groups of one read model that have been unlisted for long enough. */
    void dropGroups(ReadModel model) {
        Map<String, Integer> groups = GenerationResources.findGroups(admin, properties.groupPrefix(), model.name());
        store.read(model.name()).ifPresent(record -> dropDue("group ", groups, record, this::dropGroup));
    }

    /**
     * Drops the resources that have been unlisted for long enough. A resource that still exists afterwards stays due.
     *
     * @param kind distinguishes resources of the same name
     * @param numbers the numbers of the generations to which the resources belong, by name
     * @param drop drops a resource, and returns whether it no longer exists
     * @throws RuntimeException the exception of the last drop that failed, after all drops
     */
    private void dropDue(String kind, Map<String, Integer> numbers, GenerationRecord record, Predicate<String> drop) {
        RuntimeException failure = null;
        for (Map.Entry<String, Integer> one : numbers.entrySet()) {
            String resource = kind + one.getKey();
            try {
                if (isDue(resource, record.lists(one.getValue())) && drop.test(one.getKey())) {
                    unlistedSinceNanos.remove(resource);
                }
            } catch (RuntimeException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Deletes the marks of broken documents in the read model's unlisted generations, because no request reads these
     * documents. A generation with a higher number than the record's last one started after the record was read, so its
     * marks stay.
     */
    private void deleteMarks(GenerationRecord record) {
        Document unlisted = new Document("model", record.model())
                .append("generation", new Document("$nin", record.listed()).append("$lte", record.last()));
        long deleted = database.getCollection(Names.BROKEN).deleteMany(unlisted).getDeletedCount();
        if (deleted > 0) {
            log.atInfo()
                    .addKeyValue("model", record.model())
                    .addKeyValue("marks", deleted)
                    .log("The projector deleted the marks of broken documents in unlisted generations");
        }
    }

    private boolean isDue(String resource, boolean listed) {
        if (listed) {
            unlistedSinceNanos.remove(resource);
            return false;
        }
        long sinceNanos = unlistedSinceNanos.computeIfAbsent(resource, any -> clock.nanos());
        return clock.nanos() - sinceNanos >= properties.projector().dropAfter().toNanos();
    }

    private boolean dropCollection(String name) {
        database.getCollection(name).drop();
        log.atInfo()
                .addKeyValue("collection", name)
                .log("The projector dropped a collection of an unlisted generation");
        return true;
    }

    private boolean dropGroup(String name) {
        try {
            TopicInspector.await(admin.deleteConsumerGroups(List.of(name)).all());
            log.atInfo()
                    .addKeyValue("group", name)
                    .log("The projector deleted a consumer group of an unlisted generation");
            return true;
        } catch (KafkaUnavailableException refused) {
            if (refused.getCause() instanceof GroupNotEmptyException) {
                log.atDebug()
                        .addKeyValue("group", name)
                        .log("A consumer group of an unlisted generation has members; the projector retries its"
                                + " deletion later");
                return false;
            }
            if (refused.getCause() instanceof GroupIdNotFoundException) {
                return true;
            }
            throw refused;
        }
    }
}
