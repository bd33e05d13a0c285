package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.Upcasting;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.deadletter.Reasons;
import dev.studybuddy.projector.journal.Entry;
import dev.studybuddy.projector.journal.StateDocuments;
import dev.studybuddy.projector.journal.Unplannable;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads records of one topic, older schemas in the present shape; what can't be read becomes a dead letter, never an
 * exception.
 */
final class Decoding {

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
    private final Upcasting upcasting;
    private final DeadLetterForm form;

    Decoding(AggregateType type, Upcasting upcasting, String topicId, Clock clock) {
        this.type = type;
        this.upcasting = upcasting;
        this.form = new DeadLetterForm(topicId, clock);
    }

    Entry decode(ConsumerRecord<byte[], byte[]> record) {
        PackedHeaders headers = PackedHeaders.of(record.headers());
        Instant written = time(headers);
        try {
            return event(record, headers, written);
        } catch (UnreadableException why) {
            Unplannable reason = new Unplannable(why.reason, String.valueOf(why.getMessage()));
            return new Entry.Unreadable(record.offset(), size(record), written, form.of(record, reason));
        }
    }

    private static @Nullable Instant time(PackedHeaders headers) {
        try {
            String text = headers.text(EventHeaders.TIME);
            return text == null ? null : EventJson.instant(text);
        } catch (DateTimeParseException malformed) {
            return null;
        }
    }

    private Entry event(ConsumerRecord<byte[], byte[]> record, PackedHeaders headers, @Nullable Instant written)
            throws UnreadableException {
        if (record.key() == null) {
            throw new UnreadableException(Reasons.NO_KEY, "the record has no key");
        }
        if (record.value() == null) {
            throw new UnreadableException(Reasons.NO_VALUE, "the record has no value");
        }
        checkHeaders(headers);
        if (written == null) {
            throw new UnreadableException(Reasons.HEADER_MALFORMED, EventHeaders.TIME + " is no instant");
        }
        long version = number(headers, EventHeaders.AGGREGATE_VERSION);
        int schema = schema(headers);
        AggregateState state;
        RawBsonDocument body;
        try {
            JsonNode tree = upcasting.toPresent(type, schema, EventJson.tree(record.value()));
            body = StateDocuments.toMirrorBody(tree);
            state = EventJson.read(type, tree);
        } catch (JacksonException | IllegalArgumentException wrong) {
            throw new UnreadableException(Reasons.UNREADABLE, firstLine(wrong));
        }
        checkSameAggregate(new String(record.key(), UTF_8), headers, state, version);
        return new Entry.Event(record.offset(), size(record), written, state, body, why -> form.of(record, why));
    }

    private void checkHeaders(PackedHeaders headers) throws UnreadableException {
        for (String name : REQUIRED) {
            if (!headers.has(name)) {
                throw new UnreadableException(Reasons.HEADER_MISSING, name + " is missing");
            }
        }
        if (!EventHeaders.SPEC_VERSION_VALUE.equals(headers.text(EventHeaders.SPEC_VERSION))) {
            throw new UnreadableException(Reasons.HEADER_MALFORMED, EventHeaders.SPEC_VERSION + " is not 1.0");
        }
        checkType(
                String.valueOf(headers.text(EventHeaders.AGGREGATE_TYPE)),
                String.valueOf(headers.text(EventHeaders.TYPE)));
    }

    private int schema(PackedHeaders headers) throws UnreadableException {
        long schema = number(headers, EventHeaders.SCHEMA_VERSION);
        if (schema > upcasting.present()) {
            throw new UnreadableException(
                    Reasons.SCHEMA_NEWER, "schema " + schema + ", and this reader knows " + upcasting.present());
        }
        if (schema < 1) {
            throw new UnreadableException(Reasons.HEADER_MALFORMED, EventHeaders.SCHEMA_VERSION + " is below 1");
        }
        return Math.toIntExact(schema);
    }

    private void checkType(String aggregateType, String eventType) throws UnreadableException {
        if (AggregateType.ofCode(aggregateType).isEmpty()) {
            throw new UnreadableException(Reasons.TYPE_UNKNOWN, "no aggregate type '" + aggregateType + "'");
        }
        if (!aggregateType.equals(type.code())) {
            throw new UnreadableException(
                    Reasons.TYPE_DIFFERS, "a " + aggregateType + " on the topic of " + type.code());
        }
        if (!eventType.startsWith(type.code() + '.')) {
            throw new UnreadableException(Reasons.TYPE_UNKNOWN, "no event type '" + eventType + "'");
        }
    }

    private static void checkSameAggregate(String key, PackedHeaders headers, AggregateState state, long version)
            throws UnreadableException {
        if (!key.equals(state.id()) || !key.equals(headers.text(EventHeaders.SUBJECT))) {
            throw new UnreadableException(Reasons.KEY_DIFFERS, "key, subject and value name different aggregates");
        }
        if (version != state.version() || version < 1) {
            throw new UnreadableException(Reasons.VERSION_DIFFERS, "header " + version + ", value " + state.version());
        }
        // The record's component isn't nullable for who writes it; JSON can lack it all the same.
        if (String.valueOf(state.owner()).equals("null")) {
            throw new UnreadableException(Reasons.UNREADABLE, "it belongs to nobody");
        }
    }

    private static long number(PackedHeaders headers, String header) throws UnreadableException {
        try {
            return Long.parseLong(String.valueOf(headers.text(header)));
        } catch (NumberFormatException malformed) {
            throw new UnreadableException(Reasons.HEADER_MALFORMED, header + " is no number");
        }
    }

    private static String firstLine(Exception wrong) {
        return String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
    }

    static int size(ConsumerRecord<byte[], byte[]> record) {
        return 256 + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    /** Why a record can't be read. */
    private static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1;

        private final String reason;

        UnreadableException(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }
    }
}
