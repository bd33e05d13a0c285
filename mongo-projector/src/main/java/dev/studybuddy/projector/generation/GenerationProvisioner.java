package dev.studybuddy.projector.generation;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoWriteException;
import com.mongodb.WriteConcern;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.journal.Journal;
import dev.studybuddy.projector.kafka.KafkaUnavailableException;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Creates the resources that a generation needs before a consumer joins its group: indexes, journals at the start of
 * the log, and committed offsets, from which monitoring computes the consumer lag. Existing resources stay unchanged,
 * so that every instance may provision a generation.
 */
@Component
final class GenerationProvisioner {

    private static final Logger log = LoggerFactory.getLogger(GenerationProvisioner.class);
    private static final int DUPLICATE_KEY = 11000;

    /** MongoDB answers with this code if a hint names an index that does not exist. */
    private static final int BAD_VALUE = 2;

    private final MongoDatabase database;
    private final IndexCreator indexes;
    private final IndexMaintainer indexMaintainer;
    private final Admin admin;
    private final TopicInspector topicInspector;
    private final ProjectorProperties properties;

    GenerationProvisioner(
            MongoDatabase database,
            IndexCreator indexes,
            IndexMaintainer indexMaintainer,
            Admin admin,
            TopicInspector topicInspector,
            ProjectorProperties properties) {
        this.database = database.withWriteConcern(WriteConcern.MAJORITY);
        this.indexes = indexes;
        this.indexMaintainer = indexMaintainer;
        this.admin = admin;
        this.topicInspector = topicInspector;
        this.properties = properties;
    }

    /**
     * Creates the missing indexes, journals and committed offsets of a generation. If all journals of the generation
     * exist, this method does not read its topics, so that the generation is served even if a topic was deleted.
     * Missing indexes are then created while the generation is served.
     */
    void provision(ReadModel model, Generation generation) {
        MongoCollection<Document> journals = database.getCollection(Names.journal(model.name(), generation.number()));
        Map<TopicPartition, Optional<Long>> found = findDone(journals, generation);
        Map<TopicPartition, Long> positions = new HashMap<>();
        found.forEach((partition, done) -> done.ifPresent(offset -> positions.put(partition, offset)));
        List<TopicPartition> missing = new ArrayList<>(TopicInspector.partitionsOf(generation.topics()));
        missing.removeAll(found.keySet());
        if (missing.isEmpty()) {
            indexMaintainer.request(model, generation.number());
        } else {
            createIndexes(model, generation.number());
            Map<TopicPartition, Long> starts = topicInspector.findStartOffsets(missing);
            starts.forEach((partition, start) -> insertJournal(journals, Journal.createInitial(id(partition), start)));
            positions.putAll(starts);
        }
        commitMissingOffsets(Names.group(properties.groupPrefix(), model.name(), generation.number()), positions);
        log.atInfo()
                .addKeyValue("model", model.name())
                .addKeyValue("generation", generation.number())
                .log("The journals of a generation exist, and the projector has requested the commit of the"
                        + " offsets that its group lacked; this instance can serve the generation");
    }

    /** Creates the indexes of a new generation. {@link IndexMaintainer} requests a missing index until it exists. */
    private void createIndexes(ReadModel model, int generation) {
        try {
            if (!indexes.createAll(model, generation)) {
                indexMaintainer.request(model, generation);
            }
        } catch (MongoCommandException
                | MongoSocketException
                | MongoExecutionTimeoutException
                | MongoOperationTimeoutException failed) {
            // An index only makes reads faster. The creator has recorded the failure as a difference.
            indexMaintainer.request(model, generation);
        }
    }

    /**
     * Returns the done offset of each partition that has a journal. The offset is empty if the journal holds no number,
     * so that only this partition waits. Documents that are not journals of the generation are ignored. An index
     * contains the fields of this read, so that the server loads no plan. If an operator has dropped the index, the
     * read takes longer.
     */
    private static Map<TopicPartition, Optional<Long>> findDone(
            MongoCollection<Document> journals, Generation generation) {
        Map<Object, TopicPartition> partitions = new HashMap<>();
        TopicInspector.partitionsOf(generation.topics()).forEach(one -> partitions.put(id(one), one));
        try {
            return findDone(positionsOf(journals).hint(JournalFields.positionsIndex()), partitions);
        } catch (MongoCommandException refused) {
            if (refused.getErrorCode() != BAD_VALUE) {
                throw refused;
            }
            return findDone(positionsOf(journals), partitions);
        }
    }

    private static FindIterable<Document> positionsOf(MongoCollection<Document> journals) {
        return journals.find().projection(JournalFields.positionsIndex());
    }

    private static Map<TopicPartition, Optional<Long>> findDone(
            FindIterable<Document> journals, Map<Object, TopicPartition> partitions) {
        Map<TopicPartition, Optional<Long>> done = new HashMap<>();
        for (Document journal : journals) {
            TopicPartition partition = partitions.get(journal.get("_id"));
            if (partition == null) {
                continue;
            }
            if (journal.get(JournalFields.DONE) instanceof Number offset) {
                done.put(partition, Optional.of(offset.longValue()));
            } else {
                done.put(partition, Optional.empty());
                log.atError()
                        .addKeyValue("partition", partition)
                        .log("The done offset of a journal is not a number; its partition waits, and the others are"
                                + " served. Rebuild the read model");
            }
        }
        return done;
    }

    private static String id(TopicPartition partition) {
        return Names.journalId(AggregateType.requireOfTopic(partition.topic()).code(), partition.partition());
    }

    private static void insertJournal(MongoCollection<Document> journals, Document journal) {
        Document fields = new Document(journal);
        Document id = new Document("_id", fields.remove("_id"));
        try {
            journals.updateOne(id, new Document("$setOnInsert", fields), new UpdateOptions().upsert(true));
        } catch (MongoWriteException refused) {
            if (refused.getError().getCode() != DUPLICATE_KEY) {
                throw refused;
            }
            log.atDebug()
                    .addKeyValue("journal", journal.get("_id"))
                    .log("Another instance created a journal at the same time; this instance uses that journal");
        }
    }

    private void commitMissingOffsets(String group, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed =
                    TopicInspector.await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (KafkaUnavailableException noGroup) {
            if (!(noGroup.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException)) {
                throw noGroup;
            }
            committed = Map.of();
        }
        Map<TopicPartition, OffsetAndMetadata> missing = new HashMap<>();
        for (Map.Entry<TopicPartition, Long> one : positions.entrySet()) {
            if (committed.get(one.getKey()) == null) {
                missing.put(one.getKey(), new OffsetAndMetadata(one.getValue()));
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        try {
            TopicInspector.await(admin.alterConsumerGroupOffsets(group, missing).all());
        } catch (KafkaUnavailableException refused) {
            // A consumer is already a member of the group and commits the offsets while it processes records, or a
            // topic was deleted.
            log.atDebug()
                    .addKeyValue("group", group)
                    .setCause(refused)
                    .log("Kafka did not commit the initial offsets; the members of the group commit theirs");
        }
    }
}
