package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.Unplannable;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Fills in a dead letter from its record, whole: bytes, headers and position. */
final class DeadLetterForm {

    private static final int DETAIL = 500;

    private final String topicId;
    private final Clock clock;

    DeadLetterForm(String topicId, Clock clock) {
        this.topicId = topicId;
        this.clock = clock;
    }

    DeadLetter of(ConsumerRecord<byte[], byte[]> record, Unplannable why) {
        List<DeadLetter.Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new DeadLetter.Header(header.key(), binary(header.value())));
        }
        Instant now = clock.instant();
        Long retries = number(record, EventHeaders.RETRY_COUNT);
        String detail = why.detail();
        return new DeadLetter(
                topicId + '-' + record.partition() + '-' + record.offset(),
                DeadLetter.State.OPEN,
                record.topic(),
                record.partition(),
                record.offset(),
                binary(record.key()),
                binary(record.value()),
                headers,
                why.reason(),
                detail.length() > DETAIL ? detail.substring(0, DETAIL) : detail,
                retries == null ? 0 : Math.toIntExact(Math.clamp(retries, 0, Integer.MAX_VALUE)),
                text(record, EventHeaders.TYPE),
                number(record, EventHeaders.AGGREGATE_VERSION),
                now,
                now);
    }

    private static @Nullable Binary binary(byte @Nullable [] bytes) {
        return bytes == null ? null : new Binary(bytes);
    }

    private static @Nullable Long number(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = text(record, name);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException malformed) {
            return null;
        }
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
