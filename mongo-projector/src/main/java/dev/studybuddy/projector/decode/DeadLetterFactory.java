package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.DeadLetterHeaderNames;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.PlanFailure;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Creates the dead letter of a record with the record's topic, partition, offset, key, value and headers. */
final class DeadLetterFactory {

    private static final int MAX_DETAIL_LENGTH = 500;

    private final String topicId;
    private final Clock clock;

    DeadLetterFactory(String topicId, Clock clock) {
        this.topicId = topicId;
        this.clock = clock;
    }

    DeadLetter create(ConsumerRecord<byte[], byte[]> record, PlanFailure failure) {
        List<DeadLetter.Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new DeadLetter.Header(header.key(), toBinary(header.value())));
        }
        Instant now = clock.instant();
        Long replays = readReplayCount(record);
        String detail = failure.detail();
        return new DeadLetter(
                topicId + '-' + record.partition() + '-' + record.offset(),
                DeadLetter.State.OPEN,
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp()),
                toBinary(record.key()),
                toBinary(record.value()),
                headers,
                failure.reason(),
                detail.length() > MAX_DETAIL_LENGTH ? detail.substring(0, MAX_DETAIL_LENGTH) : detail,
                replays == null ? 0 : Math.toIntExact(Math.clamp(replays, 0, Integer.MAX_VALUE)),
                readText(record, EventHeaders.TYPE),
                readNumber(record, EventHeaders.AGGREGATE_VERSION),
                now,
                now,
                omittedValueBytes(record));
    }

    /** Returns the size of the value if the consumer dropped it because it is too large, or null otherwise. */
    private static @Nullable Long omittedValueBytes(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null && record.serializedValueSize() >= 0
                ? Long.valueOf(record.serializedValueSize())
                : null;
    }

    private static @Nullable Binary toBinary(byte @Nullable [] bytes) {
        return bytes == null ? null : new Binary(bytes);
    }

    /**
     * Reads the number of earlier replays. A replay writes this number into a header of the event. In a record that was
     * copied back from its dead-letter topic, a header of the dead-letter record holds the number, under the present or
     * the old name of that header.
     */
    private static @Nullable Long readReplayCount(ConsumerRecord<byte[], byte[]> record) {
        Long replays = readNumber(record, EventHeaders.REPLAY_COUNT);
        for (Header header : record.headers()) {
            if (replays == null
                    && DeadLetterHeaderNames.current(header.key()).equals(DeadLetterHeaderNames.RETRY_COUNT)) {
                replays = readNumber(record, header.key());
            }
        }
        return replays;
    }

    private static @Nullable Long readNumber(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = readText(record, name);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException malformed) {
            return null;
        }
    }

    private static @Nullable String readText(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
