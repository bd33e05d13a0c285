package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.DecodedRecord;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** This fixture creates records of one session, whose headers a test can change, and decodes them. */
abstract class RecordDecoderFixture {

    static final String SESSION = """
            {"id":"s1","userId":"u1","subject":"Math","sessionType":"manual","minutes":25,
             "completedAt":"2026-11-23T10:00:00.000000Z","completedOn":"2026-11-23","version":3,
             "createdAt":"2026-11-23T10:00:00.000000Z","updatedAt":"2026-11-23T10:00:00.000000Z","mood":"fine"}""";

    final RecordDecoder decoder = createDecoder(SchemaUpcaster.PRESENT);
    final Map<String, String> headers = new LinkedHashMap<>(Map.of(
            EventHeaders.SPEC_VERSION, "1.0",
            EventHeaders.ID, "e1",
            EventHeaders.TYPE, "session.created",
            EventHeaders.SOURCE, "/test",
            EventHeaders.TIME, "2026-11-23T10:00:00Z",
            EventHeaders.SUBJECT, "s1",
            EventHeaders.CONTENT_TYPE, "application/json",
            EventHeaders.AGGREGATE_TYPE, "session",
            EventHeaders.AGGREGATE_VERSION, "3",
            EventHeaders.SCHEMA_VERSION, "1"));

    static String decodeReason(RecordDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
        return ((DecodedRecord.Unreadable) decoder.decode(record)).deadLetter().reason();
    }

    static RecordDecoder createDecoder(SchemaUpcaster upcaster) {
        return createDecoder(upcaster, DecodingRules.FIRST_RELEASE);
    }

    static RecordDecoder createDecoder(SchemaUpcaster upcaster, DecodingRules rules) {
        return new RecordDecoder(AggregateType.SESSION, upcaster, rules, "topicId", Clock.systemUTC());
    }

    ConsumerRecord<byte[], byte[]> createRecord(String key, String value) {
        var record = new ConsumerRecord<>("t", 4, 17, toBytes(key), toBytes(value));
        headers.forEach((name, text) -> {
            if (text != null) {
                record.headers().add(name, text.getBytes(UTF_8));
            }
        });
        return record;
    }

    static byte[] toBytes(String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
