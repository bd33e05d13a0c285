package dev.studybuddy.api.operations.schema;

import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Determines whether every reader of the topics reads a schema. The members of the consumer groups of the listed
 * generations are the live projectors, and each must have announced the schema. An instance serves a generation only if
 * its mirrors hold values of the newest schema that the instance reads. Therefore the announcements of the members
 * state which schemas a generation reads.
 */
@Component
final class SchemaReaders {

    private final GenerationStore generations;
    private final SchemaStore schemas;
    private final KafkaInspector kafka;
    private final TopicProperties topics;

    SchemaReaders(MongoDatabases databases, KafkaInspector kafka, TopicProperties topics) {
        this.generations = new GenerationStore(databases.jobs());
        this.schemas = new SchemaStore(databases.jobs());
        this.kafka = kafka;
        this.topics = topics;
    }

    /**
     * Returns why events cannot be written in a schema yet, or null if they can. It throws the client's exception if
     * MongoDB or Kafka does not answer.
     */
    @Nullable
    String findObstacle(int schema) {
        List<GenerationRecord> records = generations.readAll();
        if (records.isEmpty()) {
            return "no read model has a generation";
        }
        Map<String, Integer> announced = schemas.findByInstance();
        for (GenerationRecord record : records) {
            if (record.active() == null) {
                return "read model " + record.model() + " has no active generation";
            }
            for (int generation : record.listed()) {
                String obstacle = findObstacle(schema, record, generation, announced);
                if (obstacle != null) {
                    return obstacle;
                }
            }
        }
        return null;
    }

    private @Nullable String findObstacle(
            int schema, GenerationRecord record, int generation, Map<String, Integer> announced) {
        String group = Names.group(topics.groupPrefix(), record.model(), generation);
        List<String> clientIds = kafka.findClientIds(group);
        if (clientIds.isEmpty() && Integer.valueOf(generation).equals(record.active())) {
            return "no projector serves the active generation of group " + group;
        }
        String suffix = '-' + record.model() + "-g" + generation;
        for (String clientId : clientIds) {
            String instance =
                    clientId.endsWith(suffix) ? clientId.substring(0, clientId.length() - suffix.length()) : clientId;
            int readable = announced.getOrDefault(instance, 0);
            if (readable < schema) {
                return instance + " of group " + group
                        + (readable == 0 ? " announced no schema" : " reads schemas up to " + readable);
            }
        }
        return null;
    }
}
