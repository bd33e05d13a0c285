package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.RecordTimestamps;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Computes how far a read model is behind the database, from the outbox, the end offsets of the topics and the
 * journals.
 */
final class ReadModelLagQuery {

    private final KafkaInspector kafka;
    private final RecordTimestamps timestamps;
    private final TopicProperties properties;

    ReadModelLagQuery(KafkaInspector kafka, RecordTimestamps timestamps, TopicProperties properties) {
        this.kafka = kafka;
        this.timestamps = timestamps;
        this.properties = properties;
    }

    /**
     * Returns the age of the oldest event that a read model does not show, in seconds, or null if it is unknown. A
     * pending event counts even if the read model does not read its type, because the backlog does not distinguish
     * types.
     *
     * @param ends the end offsets of the topics, which were read after the backlog; empty if Kafka did not answer, so
     *     that the lag is the age of the oldest pending event
     * @param reads the types that the active generation reads
     * @param done the offset up to which the generation has applied each partition, by journal id; it was read after
     *     {@code ends}
     */
    @Nullable
    Double seconds(
            OutboxBacklog backlog,
            Optional<Map<TopicPartition, Long>> ends,
            Set<AggregateType> reads,
            Map<String, Long> done) {
        if (ends.isEmpty()) {
            return backlog.oldest()
                    .map(oldest -> EventAge.seconds(oldest, backlog.now()))
                    .orElse(null);
        }
        Map<TopicPartition, Long> unseen = findUnseen(reads, ends.get(), done);
        if (unseen == null) {
            return null;
        }
        Map<TopicPartition, Instant> written = unseen.isEmpty() ? Map.of() : timestamps.read(unseen);
        if (written.size() < unseen.size()) {
            return null;
        }
        return Stream.concat(backlog.oldest().stream(), written.values().stream())
                .min(Comparator.naturalOrder())
                .map(oldest -> EventAge.seconds(oldest, backlog.now()))
                .orElse(0.0);
    }

    /**
     * Returns the offset of the first event that a generation does not show, for each partition that has such an event;
     * null if a journal is missing, or if a journal is ahead of its partition, because the topic was created again.
     */
    private @Nullable Map<TopicPartition, Long> findUnseen(
            Set<AggregateType> reads, Map<TopicPartition, Long> ends, Map<String, Long> done) {
        Map<TopicPartition, Long> unseen = new HashMap<>();
        Map<TopicPartition, Long> ahead = new HashMap<>();
        for (AggregateType type : reads) {
            for (TopicPartition partition : properties.partitions(EnumSet.of(type))) {
                Long applied = done.get(Names.journalId(type.code(), partition.partition()));
                if (applied == null) {
                    return null;
                }
                long end = ends.getOrDefault(partition, 0L);
                if (applied < end) {
                    unseen.put(partition, applied);
                } else if (applied > end) {
                    ahead.put(partition, applied);
                }
            }
        }
        return isPossible(ahead) ? unseen : null;
    }

    /**
     * Returns whether the topics hold the records that the journals have applied. The first ends were read before the
     * journals, so a journal may be ahead of them. It cannot be ahead of the ends that this method reads, unless its
     * topic was created again.
     *
     * @param ahead the applied offset of each journal that is ahead of the first ends, by partition
     */
    private boolean isPossible(Map<TopicPartition, Long> ahead) {
        if (ahead.isEmpty()) {
            return true;
        }
        Map<TopicPartition, Long> now = kafka.readEndOffsets(ahead.keySet());
        return ahead.entrySet().stream()
                .allMatch(applied -> applied.getValue() <= now.getOrDefault(applied.getKey(), 0L));
    }
}
