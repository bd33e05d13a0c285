package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SchemaCheck;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.projector.journal.PlanFailure;
import dev.studybuddy.projector.kafka.PollBudget;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Decodes the records of one topic. It converts an older schema to the present one. A record that it cannot decode
 * becomes a dead letter; it never throws an exception for one.
 */
public final class RecordDecoder {

    /**
     * An event is never planned if its mirror would store more bytes than this number, because later events of the same
     * aggregates are planned with their mirrors in memory. The largest event of the API has less than a tenth of it.
     */
    static final int MAX_BODY_BYTES = 64_000;

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
    private final SchemaUpcaster upcaster;
    private final DecodingRules rules;
    private final DeadLetterFactory deadLetters;

    /**
     * Creates the decoder of one topic in one generation.
     *
     * @param rules the rules of the generation
     * @param topicId the ids of dead letters begin with this id
     */
    public RecordDecoder(
            AggregateType type, SchemaUpcaster upcaster, DecodingRules rules, String topicId, Clock clock) {
        this.type = type;
        this.upcaster = upcaster;
        this.rules = rules;
        this.deadLetters = new DeadLetterFactory(topicId, clock);
    }

    /** Returns the event of a record, or its dead letter if the record is unreadable. */
    public DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) {
        PackedHeaders headers = PackedHeaders.of(record.headers());
        Instant writtenAt = readTime(headers);
        try {
            return decodeEvent(record, headers, writtenAt);
        } catch (UnreadableException unreadable) {
            PlanFailure failure = new PlanFailure(unreadable.reason, String.valueOf(unreadable.getMessage()));
            return new DecodedRecord.Unreadable(
                    record.offset(), sizeBytes(record), writtenAt, deadLetters.create(record, failure));
        }
    }

    /**
     * Returns the schema of a record if it is above the given one, or 0. A record that no schema permits, because it
     * lacks its key, its value or a required header, counts as 0 too: {@link #decode} makes it a dead letter.
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

    private static @Nullable Instant readTime(PackedHeaders headers) {
        try {
            String text = headers.text(EventHeaders.TIME);
            return text == null ? null : EventJson.instant(text);
        } catch (DateTimeParseException malformed) {
            return null;
        }
    }

    private DecodedRecord decodeEvent(
            ConsumerRecord<byte[], byte[]> record, PackedHeaders headers, @Nullable Instant writtenAt)
            throws UnreadableException {
        if (isTooLarge(record)) {
            throw new UnreadableException(DeadLetterReason.TOO_LARGE, describeSize(record));
        }
        if (record.key() == null) {
            throw new UnreadableException(DeadLetterReason.NO_KEY, "the record has no key");
        }
        if (record.value() == null) {
            throw new UnreadableException(DeadLetterReason.NO_VALUE, "the record has no value");
        }
        checkHeaders(headers);
        if (writtenAt == null) {
            throw new UnreadableException(DeadLetterReason.HEADER_MALFORMED, EventHeaders.TIME + " is not a timestamp");
        }
        long version = readNumber(headers, EventHeaders.AGGREGATE_VERSION);
        int schema = readSchemaVersion(headers);
        AggregateState state;
        RawBsonDocument body;
        JsonNode tree;
        try {
            tree = upcaster.toPresent(type, schema, EventJson.tree(record.value()));
            body = switch (rules) {
                case FIRST_RELEASE -> StateDocuments.toMirrorBody(tree);
                case SCHEMA_CHECKED -> StateDocuments.toMirrorBody(tree, SchemaCheck.fields(type)::contains);
            };
            state = EventJson.read(type, tree);
        } catch (JacksonException | IllegalArgumentException invalid) {
            throw new UnreadableException(DeadLetterReason.UNREADABLE, firstLine(invalid));
        }
        if (state instanceof DeletedState) {
            // The mirror of a deleted aggregate stores none of the fields of the value.
            body = StateDocuments.toMirrorBody(tree, field -> false);
        } else {
            checkSize(body);
        }
        checkSameAggregate(new String(record.key(), UTF_8), headers, state, version);
        String violation =
                rules == DecodingRules.FIRST_RELEASE ? null : SchemaCheck.findViolation(type, tree, state, writtenAt);
        if (violation != null) {
            throw new UnreadableException(DeadLetterReason.INVALID, violation);
        }
        return new DecodedRecord.Event(
                record.offset(),
                sizeBytes(record),
                writtenAt,
                state,
                body,
                failure -> deadLetters.create(record, failure));
    }

    private void checkHeaders(PackedHeaders headers) throws UnreadableException {
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

    private int readSchemaVersion(PackedHeaders headers) throws UnreadableException {
        long schema = readNumber(headers, EventHeaders.SCHEMA_VERSION);
        if (schema > upcaster.present()) {
            throw new UnreadableException(
                    DeadLetterReason.SCHEMA_NEWER,
                    "the record has schema " + schema + "; this projector reads schemas up to " + upcaster.present());
        }
        if (schema < 1) {
            throw new UnreadableException(
                    DeadLetterReason.HEADER_MALFORMED, EventHeaders.SCHEMA_VERSION + " is below 1");
        }
        return Math.toIntExact(schema);
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

    private static void checkSize(RawBsonDocument body) throws UnreadableException {
        int bytes = body.getByteBuffer().remaining();
        if (bytes > MAX_BODY_BYTES) {
            throw new UnreadableException(
                    DeadLetterReason.TOO_LARGE,
                    "the mirror of the aggregate would store " + bytes + " bytes, which exceeds the limit of "
                            + MAX_BODY_BYTES + " bytes");
        }
    }

    private static void checkSameAggregate(String key, PackedHeaders headers, AggregateState state, long version)
            throws UnreadableException {
        if (!key.equals(state.id()) || !key.equals(headers.text(EventHeaders.SUBJECT))) {
            throw new UnreadableException(
                    DeadLetterReason.KEY_DIFFERS, "key, subject and value name different aggregates");
        }
        if (version != state.version() || version < 1) {
            throw new UnreadableException(
                    DeadLetterReason.VERSION_DIFFERS,
                    "the header has version " + version + ", but the value has version " + state.version());
        }
        // The type declares the owner as non-null, but JSON from Kafka can lack it.
        if (String.valueOf(state.owner()).equals("null")) {
            throw new UnreadableException(DeadLetterReason.UNREADABLE, "the value has no owner");
        }
    }

    private static long readNumber(PackedHeaders headers, String header) throws UnreadableException {
        try {
            return Long.parseLong(String.valueOf(headers.text(header)));
        } catch (NumberFormatException malformed) {
            throw new UnreadableException(DeadLetterReason.HEADER_MALFORMED, header + " is not a whole number");
        }
    }

    private static String firstLine(Exception invalid) {
        return String.valueOf(invalid.getMessage()).lines().findFirst().orElse("");
    }

    /** Returns whether the consumer dropped the value or the key of a record, because the record is too large. */
    private static boolean isTooLarge(ConsumerRecord<byte[], byte[]> record) {
        return (record.value() == null && record.serializedValueSize() >= 0)
                || (record.key() == null && record.serializedKeySize() >= 0);
    }

    /** Describes which limit a record exceeds that is too large. */
    private static String describeSize(ConsumerRecord<byte[], byte[]> record) {
        boolean valueDropped = record.value() == null && record.serializedValueSize() >= 0;
        if (!valueDropped) {
            return "the key has " + record.serializedKeySize() + " bytes, which exceeds the limit of "
                    + PollBudget.MAX_KEY_BYTES + " bytes";
        }
        return "the key has " + Math.max(0, record.serializedKeySize()) + " bytes and the value "
                + record.serializedValueSize() + " bytes; with its headers the record exceeds the limit of "
                + PollBudget.MAX_RECORD_BYTES + " bytes";
    }

    /** Returns the estimated size of a record in memory in bytes, with its headers if they are packed. */
    public static int sizeBytes(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        return 256
                + (key == null ? 0 : key.length)
                + (value == null ? 0 : value.length)
                + PackedHeaders.of(record.headers()).sizeBytes();
    }

    /** This exception carries the reason why a record cannot be decoded. */
    private static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1;

        private final String reason;

        UnreadableException(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }
    }
}
