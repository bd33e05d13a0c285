package dev.studybuddy.projector.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.journal.DecodedRecord;
import java.util.List;
import java.util.function.IntFunction;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which values each version of a projection accepts, and which fields of them a mirror holds. */
class DecodingRulesTest extends RecordDecoderFixture {

    private static final String SESSION_ID = "0b6f7a52-6d53-4d5c-9a57-2f6d6f0c1a11";
    private static final String USER_ID = "6a1c9d0e-3f3b-4f0e-8d4c-54b0a3c9e722";

    private final RecordDecoder secondDecoder = createDecoder(SchemaUpcaster.PRESENT, DecodingRules.SCHEMA_CHECKED);

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
}
