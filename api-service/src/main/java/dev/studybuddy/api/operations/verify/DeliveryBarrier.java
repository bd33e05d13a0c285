package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.kafka.TopicEndOffsets;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until all events of an aggregate are published and applied. The row of a published event holds the Kafka
 * position of the event, which is a partition and an offset. If such a row has no Kafka position, or if the row of the
 * last event no longer exists, every record that the topic has at that time must be applied. Only one job's thread uses
 * an instance.
 */
final class DeliveryBarrier {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryBarrier.class);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);
    private static final int MAX_ROWS = 200;

    private final OutboxTable outbox;
    private final TopicEndOffsets topicEndOffsets;
    private final ReadGeneration generation;
    private final JobContext job;
    private final Duration timeout;
    private boolean mayWait = true;
    private boolean kafkaAnswers = true;

    DeliveryBarrier(
            OutboxTable outbox,
            TopicEndOffsets topicEndOffsets,
            ReadGeneration generation,
            JobContext job,
            Duration timeout) {
        this.outbox = outbox;
        this.topicEndOffsets = topicEndOffsets;
        this.generation = generation;
        this.job = job;
        this.timeout = timeout;
    }

    /**
     * Waits until the aggregate's events up to a version are published and applied, and returns false if the timeout
     * passes first. After one timeout (for example without a publisher or a projector), later calls check only once.
     * While Kafka does not answer, an event without a Kafka position counts as not applied.
     */
    boolean await(AggregateType type, String id, long upTo) {
        long deadlineNanos = job.clock().nanos() + timeout.toNanos();
        Map<String, Long> required = null;
        while (true) {
            if (required == null) {
                required = findRequiredOffsets(type, id, upTo);
                if (required != null && !isApplied(required)) {
                    required = limitToTopic(type, required);
                }
            }
            if (required != null && isApplied(required)) {
                return true;
            }
            if (!mayWait || job.clock().nanos() - deadlineNanos >= 0) {
                mayWait = false;
                return false;
            }
            job.waitFor(CHECK_INTERVAL);
        }
    }

    private boolean isApplied(Map<String, Long> required) {
        Map<String, Long> done = generation.done();
        return required.entrySet().stream()
                .allMatch(offset -> done.getOrDefault(offset.getKey(), 0L) >= offset.getValue());
    }

    /**
     * Returns the offsets that the journals have reached when the aggregate's events up to a version are applied.
     * Returns null if an event is pending or Kafka does not answer.
     */
    private @Nullable Map<String, Long> findRequiredOffsets(AggregateType type, String id, long upTo) {
        List<OutboxEvent> rows = outbox.findByAggregate(type.code(), id, MAX_ROWS).stream()
                .filter(row -> row.aggregateVersion() <= upTo)
                .toList();
        if (rows.stream().anyMatch(row -> !row.processed())) {
            return null;
        }
        boolean lastIsPresent = rows.stream().anyMatch(row -> row.aggregateVersion() == upTo);
        return lastIsPresent && rows.stream().allMatch(DeliveryBarrier::hasRecordedPosition)
                ? positions(type, rows)
                : readEnds(type);
    }

    /** Returns whether the row holds its Kafka position, or has none because it is dead-lettered. */
    private static boolean hasRecordedPosition(OutboxEvent row) {
        return row.deadLetteredAt() != null || (row.sentPartition() != null && row.sentOffset() != null);
    }

    private static Map<String, Long> positions(AggregateType type, List<OutboxEvent> rows) {
        Map<String, Long> positions = new HashMap<>();
        for (OutboxEvent row : rows) {
            Long partition = row.sentPartition();
            Long offset = row.sentOffset();
            if (partition != null && offset != null) {
                positions.merge(Names.journalId(type.code(), partition.intValue()), offset + 1, Math::max);
            }
        }
        return positions;
    }

    /**
     * Limits offsets to the present ends of a topic. An offset above the end was recorded before the topic was deleted
     * and created again, so that no journal ever reaches it.
     */
    private Map<String, Long> limitToTopic(AggregateType type, Map<String, Long> required) {
        Map<String, Long> ends = readEnds(type);
        if (ends == null) {
            return required;
        }
        Map<String, Long> limited = new HashMap<>(required);
        limited.replaceAll((journal, offset) -> Math.min(offset, ends.getOrDefault(journal, offset)));
        return limited;
    }

    private @Nullable Map<String, Long> readEnds(AggregateType type) {
        if (!kafkaAnswers) {
            return null;
        }
        try {
            return topicEndOffsets.read(Set.of(type));
        } catch (KafkaException unavailable) {
            kafkaAnswers = false;
            LOG.atWarn()
                    .addKeyValue("type", type.code())
                    .setCause(unavailable)
                    .log("Kafka did not answer; differences of events without a Kafka position count as unsettled");
            return null;
        }
    }
}
