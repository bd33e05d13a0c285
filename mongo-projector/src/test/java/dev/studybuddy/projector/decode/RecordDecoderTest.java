package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {

    private static final String SESSION = """
            {"id":"s1","userId":"u1","subject":"Math","sessionType":"manual","minutes":25,
             "completedAt":"2026-11-23T10:00:00.000000Z","completedOn":"2026-11-23","version":3,
             "createdAt":"2026-11-23T10:00:00.000000Z","updatedAt":"2026-11-23T10:00:00.000000Z","mood":"fine"}""";

    private static final SchemaUpcaster.Step KIND_TO_SESSION_TYPE =
            new SchemaUpcaster.Step(AggregateType.SESSION, 1, value -> {
                value.set("sessionType", value.required("kind"));
                value.remove("kind");
                return value;
            });

    private static final SchemaUpcaster.Step SECONDS_TO_MINUTES =
            new SchemaUpcaster.Step(AggregateType.SESSION, 2, value -> {
                value.put("minutes", value.required("seconds").asInt() / 60);
                value.remove("seconds");
                return value;
            });

    private static final String SESSION_ID = "0b6f7a52-6d53-4d5c-9a57-2f6d6f0c1a11";
    private static final String USER_ID = "6a1c9d0e-3f3b-4f0e-8d4c-54b0a3c9e722";

    private final RecordDecoder decoder = createDecoder(SchemaUpcaster.PRESENT);
    private final RecordDecoder secondDecoder = createDecoder(SchemaUpcaster.PRESENT, DecodingRules.SCHEMA_CHECKED);
    private final Map<String, String> headers = new LinkedHashMap<>(Map.of(
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

    @Test
    void anEventKeepsFieldsThatItsStateClassLacks() {
        DecodedRecord decoded = decoder.decode(createRecord("s1", SESSION));

        assertThat(decoded).isInstanceOfSatisfying(DecodedRecord.Event.class, event -> {
            assertThat(event.state().version()).isEqualTo(3);
            assertThat(event.body().decode(new DocumentCodec()))
                    .containsEntry("mood", "fine")
                    .containsEntry("minutes", 25);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"_x\":1",
                "\"a.b\":1",
                "\"$where\":\"x\"",
                "\"\":null",
                "\"huge\":123456789012345678901234567890",
                "\"huge\":1e400"
            })
    void versionTwoIgnoresEveryUnknownFieldAndDoesNotStoreIt(String unknown) {
        String value = uuids(SESSION).replace("\"mood\":\"fine\"", unknown);

        assertThat(secondDecoder.decode(createRecord(SESSION_ID, value)))
                .isInstanceOfSatisfying(
                        DecodedRecord.Event.class,
                        event -> assertThat(event.body().decode(new DocumentCodec()))
                                .containsOnlyKeys(
                                        "_id",
                                        "userId",
                                        "subject",
                                        "sessionType",
                                        "minutes",
                                        "completedAt",
                                        "completedOn",
                                        "createdAt",
                                        "updatedAt"));
    }

    /** The value itself is the first level. */
    @Test
    void anUnknownFieldAtALimitIsIgnoredAndBeyondItUnreadable() {
        assertLimit(499, levels -> "\"x\":" + "[".repeat(levels) + "]".repeat(levels));
        assertLimit(1_000, digits -> "\"x\":-" + "7".repeat(digits));
        assertLimit(999, digits -> "\"x\":1." + "7".repeat(digits));
        assertLimit(50_000, bytes -> "\"" + "n".repeat(bytes) + "\":1");
        // The letter needs two bytes in UTF-8.
        assertLimit(25_000, letters -> "\"" + "é".repeat(letters) + "\":1");
    }

    private void assertLimit(int limit, IntFunction<String> unknown) {
        String value = uuids(SESSION);
        String atLimit = value.replace("\"mood\":\"fine\"", unknown.apply(limit));
        String beyond = value.replace("\"mood\":\"fine\"", unknown.apply(limit + 1));

        assertThat(secondDecoder.decode(createRecord(SESSION_ID, atLimit))).isInstanceOf(DecodedRecord.Event.class);
        assertThat(decodeReason(secondDecoder, createRecord(SESSION_ID, beyond)))
                .isEqualTo("unreadable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"userId\":\"u1\" | \"userId\":\"*\"",
                "\"userId\":\"u1\" | \"userId\":\"1-1-1-1-1\"",
                "\"completedAt\":\"2026 | \"completedAt\":\"0001",
                "\"createdAt\":\"2026 | \"createdAt\":\"9999",
                "\"completedOn\":\"2026 | \"completedOn\":\"1999",
                "\"subject\":\" | \"subject\":7,\"x\":\"",
                "\"minutes\":25 | \"minutes\":25.0",
                "\"minutes\":25 | \"minutes\":\"25\""
            })
    void versionTwoRejectsWhatViolatesTheSchema(String right, String wrong) {
        String value = uuids(SESSION.replace(right, wrong));

        assertThat(decodeReason(secondDecoder, createRecord(SESSION_ID, value))).isEqualTo("invalid");
    }

    @Test
    void versionTwoRejectsVersionsAbove2To48AndHeaderTimesOutsideTheSchema() {
        headers.put(EventHeaders.AGGREGATE_VERSION, "281474976710657");
        String value = uuids(SESSION).replace("\"version\":3", "\"version\":281474976710657");
        assertThat(decodeReason(secondDecoder, createRecord(SESSION_ID, value))).isEqualTo("invalid");

        headers.put(EventHeaders.AGGREGATE_VERSION, "3");
        headers.put(EventHeaders.TIME, "0001-01-01T00:00:00Z");
        assertThat(decodeReason(secondDecoder, createRecord(SESSION_ID, uuids(SESSION))))
                .isEqualTo("invalid");
    }

    @Test
    void versionOneAcceptsAnyIdAndAnyTime() {
        headers.put(EventHeaders.TIME, "0001-01-01T00:00:00Z");

        assertThat(decoder.decode(createRecord("s1", SESSION))).isInstanceOf(DecodedRecord.Event.class);
        assertThat(DecodingRules.of(1)).isEqualTo(DecodingRules.FIRST_RELEASE);
        assertThat(DecodingRules.of(2)).isEqualTo(DecodingRules.SCHEMA_CHECKED);
    }

    /** Replaces the ids of a session by UUIDs, in the value and in the headers. */
    private String uuids(String session) {
        headers.put(EventHeaders.SUBJECT, SESSION_ID);
        return session.replace("\"s1\"", '"' + SESSION_ID + '"').replace("\"u1\"", '"' + USER_ID + '"');
    }

    @Test
    void aRecordOfAnOlderSchemaIsConvertedToThePresentOne() {
        RecordDecoder newerDecoder =
                createDecoder(new SchemaUpcaster(3, List.of(KIND_TO_SESSION_TYPE, SECONDS_TO_MINUTES)));
        String first = SESSION.replace("\"sessionType\"", "\"kind\"").replace("\"minutes\":25", "\"seconds\":1500");
        String second = SESSION.replace("\"minutes\":25", "\"seconds\":1500");

        DecodedRecord.Event present = (DecodedRecord.Event) decoder.decode(createRecord("s1", SESSION));
        assertThat(decodeState(newerDecoder, "1", first)).isEqualTo(present.state());
        assertThat(decodeState(newerDecoder, "2", second)).isEqualTo(present.state());
        assertThat(decodeState(newerDecoder, "3", SESSION)).isEqualTo(present.state());
        headers.put(EventHeaders.SCHEMA_VERSION, "1");
        assertThat(((DecodedRecord.Event) newerDecoder.decode(createRecord("s1", first))).body())
                .isEqualTo(present.body());
    }

    @Test
    void aRecordThatBreaksItsSchemaOrHasANewerOneIsADeadLetter() {
        RecordDecoder newerDecoder =
                createDecoder(new SchemaUpcaster(3, List.of(KIND_TO_SESSION_TYPE, SECONDS_TO_MINUTES)));

        headers.put(EventHeaders.SCHEMA_VERSION, "1");
        assertThat(decodeReason(newerDecoder, createRecord("s1", SESSION))).isEqualTo("unreadable");
        headers.put(EventHeaders.SCHEMA_VERSION, "4");
        assertThat(decodeReason(newerDecoder, createRecord("s1", SESSION))).isEqualTo("schema-newer");
    }

    @Test
    void aMissingKeyAMissingValueAndAWrongKeyAreDeadLetters() {
        assertThat(decodeReason(createRecord(null, SESSION))).isEqualTo("no-key");
        assertThat(decodeReason(createRecord("s1", null))).isEqualTo("no-value");
        assertThat(decodeReason(createRecord("s2", SESSION))).isEqualTo("key-differs");
    }

    @ParameterizedTest
    @CsvSource({
        "ce_id,,header-missing",
        "ce_time,yesterday,header-malformed",
        "ce_specversion,0.3,header-malformed",
        "ce_schemaversion,x,header-malformed",
        "ce_schemaversion,0,header-malformed",
        "ce_schemaversion,2,schema-newer",
        "ce_aggregatetype,room,type-unknown",
        "ce_aggregatetype,todo,type-differs",
        "ce_type,room.created,type-unknown",
        "ce_subject,s9,key-differs",
        "ce_aggregateversion,4,version-differs"
    })
    void aWrongHeaderMakesADeadLetterWithItsReason(String header, String value, String reason) {
        headers.put(header, value);

        assertThat(decodeReason(createRecord("s1", SESSION))).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{",
                "[]",
                "null",
                "{\"id\":\"s1\",\"version\":3}",
                "{\"id\":\"s1\",\"$where\":1,\"version\":3,\"deleted\":true,\"userId\":\"u1\"}",
                "{\"id\":\"s1\",\"n\":99999999999999999999,\"version\":3,\"deleted\":true,\"userId\":\"u1\"}"
            })
    void aValueThatIsInvalidOrThatMongoDbCannotStoreIsUnreadable(String value) {
        assertThat(decodeReason(createRecord("s1", value))).isEqualTo("unreadable");
    }

    @Test
    void aDeadLetterKeepsTheWholeRecordAndItsReplayCount() {
        headers.put(EventHeaders.REPLAY_COUNT, "2");

        assertThat(decoder.decode(createRecord("s1", "{")))
                .isInstanceOfSatisfying(DecodedRecord.Unreadable.class, unreadable -> {
                    assertThat(unreadable.deadLetter().id()).isEqualTo("topicId-4-17");
                    assertThat(unreadable.deadLetter().replayCount()).isEqualTo(2);
                    assertThat(unreadable.deadLetter().value().getData()).isEqualTo("{".getBytes(UTF_8));
                    assertThat(unreadable.deadLetter().headers()).hasSize(headers.size());
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry_count", "dlt_retry_count", "dlt_attempts"})
    void theReplayCountIsReadFromPresentAndOldHeaders(String name) {
        headers.put(name, "2");

        assertThat(decodeDeadLetter("{").replayCount()).isEqualTo(2);
    }

    @Test
    void aDeadLetterHoldsTheTimestampOfItsRecordIfThereIsOne() {
        assertThat(decodeDeadLetter("{").timestamp()).isNull();

        var record = createRecord("s1", "{");
        var stamped = new ConsumerRecord<>(
                "t",
                4,
                17,
                1_795_428_000_123L,
                TimestampType.CREATE_TIME,
                2,
                1,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
        DeadLetter deadLetter = ((DecodedRecord.Unreadable) decoder.decode(stamped)).deadLetter();

        assertThat(deadLetter.timestamp()).isEqualTo(Instant.ofEpochMilli(1_795_428_000_123L));
        assertThat(DeadLetter.of(deadLetter.toDocument()).timestamp()).isEqualTo(deadLetter.timestamp());
    }

    @Test
    void theDetailOfATooLargeRecordNamesTheLimitThatItExceeds() {
        assertThat(decodeDetail(100_000, 3, null, "{}"))
                .isEqualTo("the key has 100000 bytes, which exceeds the limit of 64000 bytes");
        assertThat(decodeDetail(-1, 5_000_000, null, null))
                .isEqualTo("the key has 0 bytes and the value 5000000 bytes; with its headers the record exceeds the"
                        + " limit of 4000000 bytes");
    }

    @Test
    void anEventWhoseMirrorWouldExceed64KilobytesIsTooLargeForEachVersion() {
        String fits = uuids(SESSION).replace("Math", "x".repeat(63_000));
        String large = uuids(SESSION).replace("Math", "x".repeat(64_000));

        for (RecordDecoder each : List.of(decoder, secondDecoder)) {
            assertThat(each.decode(createRecord(SESSION_ID, fits))).isInstanceOf(DecodedRecord.Event.class);
            assertThat(each.decode(createRecord(SESSION_ID, large)))
                    .isInstanceOfSatisfying(DecodedRecord.Unreadable.class, unreadable -> {
                        assertThat(unreadable.deadLetter().reason()).isEqualTo("too-large");
                        assertThat(unreadable.deadLetter().detail())
                                .matches("the mirror of the aggregate would store 64[0-9]{3} bytes, which exceeds the"
                                        + " limit of 64000 bytes");
                    });
        }
    }

    @Test
    void aDeleteWithALongFieldIsAnEventBecauseItsMirrorStoresNoField() {
        String value = "{\"id\":\"" + SESSION_ID + "\",\"userId\":\"" + USER_ID
                + "\",\"version\":3,\"deleted\":true,\"subject\":\"" + "x".repeat(70_000) + "\"}";
        headers.put(EventHeaders.TYPE, "session.deleted");
        headers.put(EventHeaders.SUBJECT, SESSION_ID);

        for (RecordDecoder each : List.of(decoder, secondDecoder)) {
            assertThat(each.decode(createRecord(SESSION_ID, value)))
                    .isInstanceOfSatisfying(DecodedRecord.Event.class, event -> {
                        assertThat(event.state()).isInstanceOf(DeletedState.class);
                        assertThat(event.body().decode(new DocumentCodec())).containsOnlyKeys("_id");
                    });
        }
    }

    @Test
    void aLongValueOfWhichTheMirrorStoresLittleIsAnEventOfVersionTwo() {
        String value = uuids(SESSION).replace("\"fine\"", "[" + "1,".repeat(100_000) + "1]");

        assertThat(decodeReason(decoder, createRecord(SESSION_ID, value))).isEqualTo("too-large");
        assertThat(secondDecoder.decode(createRecord(SESSION_ID, value))).isInstanceOf(DecodedRecord.Event.class);
    }

    private String decodeDetail(int keySize, int valueSize, String key, String value) {
        var record = new ConsumerRecord<>(
                "t",
                4,
                17,
                0,
                TimestampType.CREATE_TIME,
                keySize,
                valueSize,
                toBytes(key),
                toBytes(value),
                createRecord("s1", "{}").headers(),
                Optional.empty());
        DeadLetter deadLetter = ((DecodedRecord.Unreadable) decoder.decode(record)).deadLetter();
        assertThat(deadLetter.reason()).isEqualTo("too-large");
        return deadLetter.detail();
    }

    private DeadLetter decodeDeadLetter(String value) {
        return ((DecodedRecord.Unreadable) decoder.decode(createRecord("s1", value))).deadLetter();
    }

    private AggregateState decodeState(RecordDecoder decoder, String schema, String value) {
        headers.put(EventHeaders.SCHEMA_VERSION, schema);
        return ((DecodedRecord.Event) decoder.decode(createRecord("s1", value))).state();
    }

    private String decodeReason(ConsumerRecord<byte[], byte[]> record) {
        return decodeReason(decoder, record);
    }

    private static String decodeReason(RecordDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
        return ((DecodedRecord.Unreadable) decoder.decode(record)).deadLetter().reason();
    }

    private static RecordDecoder createDecoder(SchemaUpcaster upcaster) {
        return createDecoder(upcaster, DecodingRules.FIRST_RELEASE);
    }

    private static RecordDecoder createDecoder(SchemaUpcaster upcaster, DecodingRules rules) {
        return new RecordDecoder(AggregateType.SESSION, upcaster, rules, "topicId", Clock.systemUTC());
    }

    private ConsumerRecord<byte[], byte[]> createRecord(String key, String value) {
        var record = new ConsumerRecord<>("t", 4, 17, toBytes(key), toBytes(value));
        headers.forEach((name, text) -> {
            if (text != null) {
                record.headers().add(name, text.getBytes(UTF_8));
            }
        });
        return record;
    }

    private static byte[] toBytes(String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
