package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest extends RecordDecoderFixture {

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
}
