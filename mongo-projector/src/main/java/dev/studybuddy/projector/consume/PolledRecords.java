package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.kafka.PollBudget;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps the polled records of a consumer that fit into the budget of the poll and that this projector reads, and seeks
 * back to the first other record of each partition. Only the thread of the consumer uses an instance.
 */
final class PolledRecords {

    private final Consumer<byte[], byte[]> consumer;
    private final PollBudget budget;
    private final SchemaGate schemaGate;

    /**
     * Creates an instance for one consumer.
     *
     * @param budget bounds each poll; the deserializers of the consumer use it
     * @param schemaGate holds back the records that only a newer projector reads
     */
    PolledRecords(Consumer<byte[], byte[]> consumer, PollBudget budget, SchemaGate schemaGate) {
        this.consumer = consumer;
        this.budget = budget;
        this.schemaGate = schemaGate;
    }

    /** Starts a new poll. */
    void beginPoll() {
        budget.reset();
        schemaGate.beginPoll();
    }

    /**
     * Returns the records before the first one that must be polled again or must wait for a newer projector, and seeks
     * to that one.
     */
    List<ConsumerRecord<byte[], byte[]>> keepReadable(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        return withoutHeldBack(partition, withoutPostponed(partition, records));
    }

    /** Returns whether a partition waits for a newer projector and its next attempt is not due yet. */
    boolean isHeldBack(TopicPartition partition) {
        return schemaGate.isHoldingBack(partition);
    }

    /** Ends the wait of a partition for a newer projector, because the partition is no longer assigned. */
    void clear(TopicPartition partition) {
        schemaGate.clear(partition);
    }

    /** Returns the records before the first postponed one, and seeks to that one, so that it is polled again. */
    private List<ConsumerRecord<byte[], byte[]>> withoutPostponed(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (int index = 0; index < records.size(); index++) {
            if (budget.mustPollAgain(records.get(index))) {
                seekTo(partition, records.get(index));
                return records.subList(0, index);
            }
        }
        return records;
    }

    /** Returns the records before the first one that must wait for a newer projector, and seeks to that one. */
    private List<ConsumerRecord<byte[], byte[]>> withoutHeldBack(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> readable = schemaGate.findReadable(partition, records);
        if (readable.size() < records.size()) {
            seekTo(partition, records.get(readable.size()));
        }
        return readable;
    }

    /**
     * Makes the next poll return a record again. By the record's leader epoch, the client detects a log that was
     * truncated.
     */
    private void seekTo(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
        consumer.seek(partition, new OffsetAndMetadata(record.offset(), record.leaderEpoch(), ""));
    }
}
