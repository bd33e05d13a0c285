package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.kafka.PollBudget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PolledRecordsTest {

    private static final TopicPartition PARTITION = new TopicPartition("todo", 0);
    private static final int MEGABYTE = 1_000_000;

    private final SeekRecorder consumer = new SeekRecorder();
    private final PolledRecords polled = new PolledRecords(
            consumer,
            new PollBudget(),
            new SchemaGate("study-g1", 1, () -> 2, new SchemaWaits(new SimpleMeterRegistry(), () -> 0), () -> 0));

    @Test
    void theSeekToARecordThatMustBePolledAgainHasItsLeaderEpoch() {
        polled.beginPoll();

        List<ConsumerRecord<byte[], byte[]>> kept =
                polled.keepReadable(PARTITION, List.of(large(4, 6), large(5, 6), large(6, 7)));

        assertThat(kept).hasSize(2);
        assertThat(consumer.seeks).containsExactly(new OffsetAndMetadata(6, Optional.of(7), ""));
    }

    @Test
    void theSeekToARecordOfANewerSchemaHasItsLeaderEpoch() {
        polled.beginPoll();
        Headers newer = new RecordHeaders();
        for (String name : List.of("specversion", "id", "type", "source", "time", "subject", "aggregatetype")) {
            newer.add("ce_" + name, "1".getBytes(UTF_8));
        }
        newer.add("content-type", "application/json".getBytes(UTF_8));
        newer.add("ce_aggregateversion", "1".getBytes(UTF_8));
        newer.add("ce_schemaversion", "2".getBytes(UTF_8));

        List<ConsumerRecord<byte[], byte[]>> kept = polled.keepReadable(
                PARTITION, List.of(record(4, 6, "{}", new RecordHeaders()), record(5, 7, "{}", newer)));

        assertThat(kept).hasSize(1);
        assertThat(consumer.seeks).containsExactly(new OffsetAndMetadata(5, Optional.of(7), ""));
    }

    /** Returns a record without a key and without a value. Two of them fit into a poll. */
    private static ConsumerRecord<byte[], byte[]> large(long offset, int leaderEpoch) {
        return record(offset, leaderEpoch, null, new RecordHeaders().add("long", new byte[3 * MEGABYTE]));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, int leaderEpoch, String value, Headers headers) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        return new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                bytes == null ? ConsumerRecord.NULL_SIZE : 1,
                bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length,
                bytes == null ? null : "k".getBytes(UTF_8),
                bytes,
                headers,
                Optional.of(leaderEpoch));
    }

    /** This consumer only records the positions that it must continue at. */
    private static final class SeekRecorder extends MockConsumer<byte[], byte[]> {

        private final List<OffsetAndMetadata> seeks = new ArrayList<>();

        SeekRecorder() {
            super("none");
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata position) {
            seeks.add(position);
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            seeks.add(new OffsetAndMetadata(offset));
        }
    }
}
