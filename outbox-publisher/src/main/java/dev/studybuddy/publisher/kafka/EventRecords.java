package dev.studybuddy.publisher.kafka;

import dev.studybuddy.outbox.DeadLetterHeaderNames;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Converts outbox rows to records: CloudEvents in binary mode with an unchanged payload. */
final class EventRecords {

    private static final Logger log = LoggerFactory.getLogger(EventRecords.class);

    /**
     * This field of the row's headers, not of the record's, holds the version of the payload's schema. Its default is
     * 1.
     */
    private static final String ROW_SCHEMA_VERSION = "schemaversion";

    private static final Header SPEC_VERSION = header(EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_VALUE);
    private static final Header CONTENT_TYPE = header(EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
    private static final Header FIRST_SCHEMA = header(EventHeaders.SCHEMA_VERSION, "1");
    private static final Header RECORD_REFUSED = header(DeadLetterHeaderNames.REASON, "record-refused");
    private static final Header PUBLISHER = header(DeadLetterHeaderNames.ORIGIN, "outbox-publisher");

    private static final byte[] NO_HEADERS = utf8("{}");

    private final TopicSettings settings;
    private final Header source;
    private final JsonMapper json;
    private final EventTimeFormat times = new EventTimeFormat();
    // The topic monitor bounds the number of types, because a record is built only for a type that it monitors.
    private final Map<String, TypeValues> types = new ConcurrentHashMap<>();

    /** Holds the values that all records of one aggregate type share. */
    private record TypeValues(String topic, Header aggregateType) {}

    /**
     * @param source the value of the header {@code ce_source}
     */
    EventRecords(TopicSettings settings, String source, JsonMapper json) {
        this.settings = settings;
        this.source = header(EventHeaders.SOURCE, source);
        this.json = json;
    }

    /**
     * Returns the record of a row.
     *
     * @throws SerializationException if the row has no content, or if its headers are not a JSON object
     */
    ProducerRecord<byte[], byte[]> toRecord(OutboxRow row) {
        requireContent(row);
        TypeValues type = ofType(row);
        byte[] key = key(row);
        ProducerRecord<byte[], byte[]> record = record(row, type, type.topic(), key, settings.partition(key));
        addRowHeaders(record.headers(), row.headers());
        return record;
    }

    /**
     * Returns the row's record for the dead-letter topic, with the reason. It omits row headers that cannot be parsed.
     *
     * @param partitions the number of partitions of the dead-letter topic
     * @throws SerializationException if the row has no content
     */
    ProducerRecord<byte[], byte[]> deadLetter(OutboxRow row, String reason, int partitions) {
        requireContent(row);
        TypeValues type = ofType(row);
        byte[] key = key(row);
        ProducerRecord<byte[], byte[]> record = record(
                row,
                type,
                TopicSettings.deadLetterTopic(type.topic()),
                key,
                settings.deadLetterPartition(key, partitions));
        try {
            addRowHeaders(record.headers(), row.headers());
        } catch (SerializationException e) {
            log.atDebug()
                    .addKeyValue("event", row.id())
                    .setCause(e)
                    .log("The row's headers cannot be parsed; the dead letter is sent without them");
        }
        record.headers()
                .add(RECORD_REFUSED)
                .add(DeadLetterHeaderNames.DETAIL, utf8(reason))
                .add(PUBLISHER)
                .add(DeadLetterHeaderNames.ORIGINAL_TOPIC, utf8(type.topic()))
                .add(DeadLetterHeaderNames.RETRY_COUNT, utf8(Integer.toString(row.retryCount() + 1)));
        return record;
    }

    private static void requireContent(OutboxRow row) {
        if (row.contentFault() != null) {
            throw new SerializationException(row.contentFault());
        }
    }

    private TypeValues ofType(OutboxRow row) {
        return types.computeIfAbsent(
                row.aggregate().type(),
                type -> new TypeValues(settings.topic(type), header(EventHeaders.AGGREGATE_TYPE, type)));
    }

    private static byte[] key(OutboxRow row) {
        return utf8(row.aggregate().id());
    }

    private ProducerRecord<byte[], byte[]> record(
            OutboxRow row, TypeValues type, String topic, byte[] key, @Nullable Integer partition) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, row.payload());
        record.headers()
                .add(SPEC_VERSION)
                .add(EventHeaders.ID, utf8(row.id().toString()))
                .add(EventHeaders.TYPE, utf8(row.eventType()))
                .add(source)
                .add(EventHeaders.TIME, times.format(row.createdAt()))
                .add(EventHeaders.SUBJECT, key)
                .add(CONTENT_TYPE)
                .add(type.aggregateType())
                .add(EventHeaders.AGGREGATE_VERSION, utf8(Long.toString(row.version())));
        return record;
    }

    private void addRowHeaders(Headers headers, byte[] rowHeaders) {
        Header schemaVersion = FIRST_SCHEMA;
        if (!Arrays.equals(rowHeaders, NO_HEADERS)) {
            for (Map.Entry<String, String> field : fields(rowHeaders).entrySet()) {
                String name = field.getKey();
                String value = field.getValue();
                if (name.equals(ROW_SCHEMA_VERSION)) {
                    schemaVersion = header(EventHeaders.SCHEMA_VERSION, value);
                } else if (!name.startsWith("ce_") && !name.equals(EventHeaders.CONTENT_TYPE)) {
                    headers.add(name, utf8(value));
                }
            }
        }
        headers.add(schemaVersion);
    }

    /** Returns the texts of the fields in their order. A field that occurs twice has its last value. */
    private Map<String, String> fields(byte[] rowHeaders) {
        try (JsonParser parser = json.createParser(rowHeaders)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SerializationException("the row's headers are not a JSON object");
            }
            Map<String, String> fields = new LinkedHashMap<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
                fields.put(name, isText ? parser.getString() : String.valueOf(parser.readValueAs(Object.class)));
            }
            if (parser.nextToken() != null) {
                throw new SerializationException(
                        "the row's headers are not a JSON object, because further text follows the object");
            }
            return fields;
        } catch (JacksonException e) {
            throw new SerializationException(
                    "the row's headers are not a JSON object that can be read: " + e.getOriginalMessage(), e);
        }
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, utf8(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
