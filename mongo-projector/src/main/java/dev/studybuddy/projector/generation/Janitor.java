package dev.studybuddy.projector.generation;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Drops collections and groups of generations that no record lists. It lists them first and reads the record then, so that
 * one which began in between is not taken for unlisted; and it waits, since requests and batches under way may still use
 * what was de-listed. Periodic, since a late upsert can make a collection again.
 */
@Component
final class Janitor {

    private static final Logger log = LoggerFactory.getLogger(Janitor.class);

    private final MongoDatabase database;
    private final GenerationStore store;
    private final Admin admin;
    private final ProjectorProperties properties;
    private final Map<String, Long> unlistedSince = new HashMap<>();

    Janitor(MongoDatabase database, GenerationStore store, Admin admin, ProjectorProperties properties) {
        this.database = database.withWriteConcern(WriteConcern.MAJORITY);
        this.store = store;
        this.admin = admin;
        this.properties = properties;
    }

    /** One round for one read model. */
    void tidy(ReadModel model) {
        Map<String, Integer> collections = Traces.collections(database, model);
        Map<String, Integer> groups = Traces.groups(admin, properties.groupPrefix(), model);
        GenerationRecord record = store.read(model.name()).orElse(null);
        if (record == null) {
            // Without a record nothing says what is in use.
            return;
        }
        collections.forEach((name, number) -> {
            if (due("collection " + name, record.lists(number))) {
                database.getCollection(name).drop();
                log.atInfo().addKeyValue("collection", name).log("A collection that no generation lists is dropped");
            }
        });
        groups.forEach((name, number) -> {
            if (due("group " + name, record.lists(number))) {
                dropGroup(name);
            }
        });
    }

    private boolean due(String what, boolean listed) {
        if (listed) {
            unlistedSince.remove(what);
            return false;
        }
        long since = unlistedSince.computeIfAbsent(what, any -> System.nanoTime());
        if (System.nanoTime() - since < properties.projector().dropAfter().toNanos()) {
            return false;
        }
        unlistedSince.remove(what);
        return true;
    }

    private void dropGroup(String name) {
        try {
            Topics.wait(admin.deleteConsumerGroups(List.of(name)).all());
            log.atInfo().addKeyValue("group", name).log("A group that no generation lists is removed");
        } catch (KafkaAwayException refused) {
            if (refused.getCause() instanceof GroupNotEmptyException) {
                log.debug("{} still has members", name);
            } else if (!(refused.getCause() instanceof GroupIdNotFoundException)) {
                throw refused;
            }
        }
    }
}
