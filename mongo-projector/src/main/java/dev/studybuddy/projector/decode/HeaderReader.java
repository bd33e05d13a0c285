package dev.studybuddy.projector.decode;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.outbox.EventHeaders;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads the headers of the records of one topic, and rejects headers that no valid event has. */
public final class HeaderReader {

    /** A number with this many digits fits into a long. */
    private static final int MAX_SCHEMA_DIGITS = 18;

    private static final List<String> REQUIRED = List.of(
            EventHeaders.SPEC_VERSION,
            EventHeaders.ID,
            EventHeaders.TYPE,
            EventHeaders.SOURCE,
            EventHeaders.TIME,
            EventHeaders.SUBJECT,
            EventHeaders.CONTENT_TYPE,
            EventHeaders.AGGREGATE_TYPE,
            EventHeaders.AGGREGATE_VERSION,
            EventHeaders.SCHEMA_VERSION);

    private final AggregateType type;
    private final int presentSchema;

    /**
     * Creates the reader of one topic.
     *
     * @param type the aggregate type of the topic's events
     * @param presentSchema the newest schema that this projector reads
     */
    HeaderReader(AggregateType type, int presentSchema) {
        this.type = type;
        this.presentSchema = presentSchema;
    }

    /**
     * Returns the schema of a record if it is above the given one, or 0 otherwise. The result is also 0 for a record
     * that lacks its key, its value or a required header: no schema permits this, and {@link RecordDecoder#decode}
     * turns the record into a dead letter.
     */
    public static long findSchemaAbove(int readable, ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return 0;
        }
        Header header = record.headers().lastHeader(EventHeaders.SCHEMA_VERSION);
        long schema = header == null ? 0 : parseSchema(header.value());
        if (schema <= readable) {
            return 0;
        }
        PackedHeaders headers = PackedHeaders.of(record.headers());
        return REQUIRED.stream().allMatch(headers::hasValue) ? schema : 0;
    }

    private static long parseSchema(byte @Nullable [] text) {
        if (text == null || text.length == 0 || text.length > MAX_SCHEMA_DIGITS) {
            return 0;
        }
        long schema = 0;
        for (byte digit : text) {
            if (digit < '0' || digit > '9') {
                return 0;
            }
            schema = schema * 10 + digit - '0';
        }
        return schema;
    }

    /** Returns the time at which the event was written, or null if its header has no valid time. */
    static @Nullable Instant readTime(PackedHeaders headers) {
        try {
            String text = headers.text(EventHeaders.TIME);
            return text == null ? null : EventJson.instant(text);
        } catch (DateTimeParseException malformed) {
            return null;
        }
    }

    /** Returns the value of a header as a whole number, or rejects the record if the value is not a whole number. */
    static long readNumber(PackedHeaders headers, String header) throws UnreadableException {
        try {
            return Long.parseLong(String.valueOf(headers.text(header)));
        } catch (NumberFormatException malformed) {
            throw new UnreadableException(DeadLetterReason.HEADER_MALFORMED, header + " is not a whole number");
        }
    }

    /** Rejects a record that lacks a required header, or whose headers name another specification or another type. */
    void checkHeaders(PackedHeaders headers) throws UnreadableException {
        for (String name : REQUIRED) {
            if (!headers.hasValue(name)) {
                throw new UnreadableException(DeadLetterReason.HEADER_MISSING, "the header " + name + " is missing");
            }
        }
        if (!EventHeaders.SPEC_VERSION_VALUE.equals(headers.text(EventHeaders.SPEC_VERSION))) {
            throw new UnreadableException(DeadLetterReason.HEADER_MALFORMED, EventHeaders.SPEC_VERSION + " is not 1.0");
        }
        checkType(
                String.valueOf(headers.text(EventHeaders.AGGREGATE_TYPE)),
                String.valueOf(headers.text(EventHeaders.TYPE)));
    }

    private void checkType(String aggregateType, String eventType) throws UnreadableException {
        if (AggregateType.ofCode(aggregateType).isEmpty()) {
            throw new UnreadableException(
                    DeadLetterReason.TYPE_UNKNOWN, "there is no aggregate type '" + aggregateType + "'");
        }
        if (!aggregateType.equals(type.code())) {
            throw new UnreadableException(
                    DeadLetterReason.TYPE_DIFFERS,
                    "the record is of type " + aggregateType + ", but the topic holds type " + type.code());
        }
        if (!eventType.startsWith(type.code() + '.')) {
            throw new UnreadableException(DeadLetterReason.TYPE_UNKNOWN, "there is no event type '" + eventType + "'");
        }
    }

    /** Returns the schema of the record's value, or rejects the record if this projector does not read the schema. */
    int readSchemaVersion(PackedHeaders headers) throws UnreadableException {
        long schema = readNumber(headers, EventHeaders.SCHEMA_VERSION);
        if (schema > presentSchema) {
            throw new UnreadableException(
                    DeadLetterReason.SCHEMA_NEWER,
                    "the record has schema " + schema + "; this projector reads schemas up to " + presentSchema);
        }
        if (schema < 1) {
            throw new UnreadableException(
                    DeadLetterReason.HEADER_MALFORMED, EventHeaders.SCHEMA_VERSION + " is below 1");
        }
        return Math.toIntExact(schema);
    }
}
