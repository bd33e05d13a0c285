package dev.studybuddy.publisher.kafka;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.publisher.deadletter.DeadLetterHeaders;
import dev.studybuddy.publisher.publish.OutboxRow;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes records of rows: CloudEvents in binary mode, the payload as it stands. */
final class EventRecords {

    private static final Logger log = LoggerFactory.getLogger(EventRecords.class);

    /** In the row's headers, not the record's: the version of the payload's schema, 1 where absent. */
    private static final String ROW_SCHEMA_VERSION = "schemaversion";

    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private final TopicRules rules;
    private final String source;
    private final JsonMapper json;

    /**
     * @param source what {@code ce_source} says
     */
    EventRecords(TopicRules rules, String source, JsonMapper json) {
        this.rules = rules;
        this.source = source;
        this.json = json;
    }

    /** The row's record; throws {@link SerializationException} where its headers are no JSON object. */
    ProducerRecord<byte[], byte[]> event(OutboxRow row) {
        ProducerRecord<byte[], byte[]> record =
                record(row, rules.topic(row.aggregate().type()));
        addRowHeaders(record.headers(), row.headers());
        return record;
    }

    /** The row's record for the dead-letter topic, with the reason; headers that can't be read are left out. */
    ProducerRecord<byte[], byte[]> deadLetter(OutboxRow row, String reason) {
        String topic = rules.topic(row.aggregate().type());
        ProducerRecord<byte[], byte[]> record = record(row, TopicRules.deadLetterTopic(topic));
        try {
            addRowHeaders(record.headers(), row.headers());
        } catch (SerializationException e) {
            log.atDebug().addKeyValue("event", row.id()).setCause(e).log("Dead letter goes without its row's headers");
        }
        DeadLetterHeaders.add(record.headers(), topic, reason, row.retryCount() + 1);
        return record;
    }

    private ProducerRecord<byte[], byte[]> record(OutboxRow row, String topic) {
        String id = row.aggregate().id();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, rules.partition(id), utf8(id), utf8(row.payload()));
        Headers headers = record.headers();
        add(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_VALUE);
        add(headers, EventHeaders.ID, row.id().toString());
        add(headers, EventHeaders.TYPE, row.eventType());
        add(headers, EventHeaders.SOURCE, source);
        add(headers, EventHeaders.TIME, row.createdAt().toString());
        add(headers, EventHeaders.SUBJECT, id);
        add(headers, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
        add(headers, EventHeaders.AGGREGATE_TYPE, row.aggregate().type());
        add(headers, EventHeaders.AGGREGATE_VERSION, Long.toString(row.version()));
        return record;
    }

    private void addRowHeaders(Headers headers, String rowHeaders) {
        String schemaVersion = "1";
        if (!rowHeaders.equals("{}")) {
            for (Map.Entry<String, Object> field : fields(rowHeaders).entrySet()) {
                String name = field.getKey();
                if (name.equals(ROW_SCHEMA_VERSION)) {
                    schemaVersion = String.valueOf(field.getValue());
                } else if (!name.startsWith("ce_") && !name.equals(EventHeaders.CONTENT_TYPE)) {
                    add(headers, name, String.valueOf(field.getValue()));
                }
            }
        }
        add(headers, EventHeaders.SCHEMA_VERSION, schemaVersion);
    }

    private Map<String, Object> fields(String rowHeaders) {
        try {
            return json.readValue(rowHeaders, FIELDS);
        } catch (JacksonException e) {
            throw new SerializationException("headers are no JSON object", e);
        }
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, utf8(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
