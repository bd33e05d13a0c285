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
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Decodes the records of one topic. It converts an older schema to the present one. It turns a record that it cannot
 * decode into a dead letter, and throws no exception for it.
 */
public final class RecordDecoder {

    /**
     * An event whose mirror would store more bytes than this number becomes a dead letter, because the mirror is in
     * memory while later events of the aggregate are planned. The largest event of the API has less than a tenth of
     * this size.
     */
    static final int MAX_BODY_BYTES = 64_000;

    private final AggregateType type;
    private final SchemaUpcaster upcaster;
    private final DecodingRules rules;
    private final HeaderReader headerReader;
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
        this.headerReader = new HeaderReader(type, upcaster.present());
        this.deadLetters = new DeadLetterFactory(topicId, clock);
    }

    /** Returns the event of a record, or its dead letter if the record is unreadable. */
    public DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) {
        PackedHeaders headers = PackedHeaders.of(record.headers());
        Instant writtenAt = HeaderReader.readTime(headers);
        try {
            return decodeEvent(record, headers, writtenAt);
        } catch (UnreadableException unreadable) {
            PlanFailure failure = new PlanFailure(unreadable.reason(), String.valueOf(unreadable.getMessage()));
            return new DecodedRecord.Unreadable(
                    record.offset(), RecordSize.sizeBytes(record), writtenAt, deadLetters.create(record, failure));
        }
    }

    private DecodedRecord decodeEvent(
            ConsumerRecord<byte[], byte[]> record, PackedHeaders headers, @Nullable Instant writtenAt)
            throws UnreadableException {
        if (RecordSize.isTooLarge(record)) {
            throw new UnreadableException(DeadLetterReason.TOO_LARGE, RecordSize.describeSize(record));
        }
        if (record.key() == null) {
            throw new UnreadableException(DeadLetterReason.NO_KEY, "the record has no key");
        }
        if (record.value() == null) {
            throw new UnreadableException(DeadLetterReason.NO_VALUE, "the record has no value");
        }
        headerReader.checkHeaders(headers);
        if (writtenAt == null) {
            throw new UnreadableException(DeadLetterReason.HEADER_MALFORMED, EventHeaders.TIME + " is not a timestamp");
        }
        long version = HeaderReader.readNumber(headers, EventHeaders.AGGREGATE_VERSION);
        int schema = headerReader.readSchemaVersion(headers);
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
                RecordSize.sizeBytes(record),
                writtenAt,
                state,
                body,
                failure -> deadLetters.create(record, failure));
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
                    DeadLetterReason.KEY_DIFFERS,
                    "the key, the header " + EventHeaders.SUBJECT + " and the value name different aggregates");
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

    private static String firstLine(Exception invalid) {
        return String.valueOf(invalid.getMessage()).lines().findFirst().orElse("");
    }
}
