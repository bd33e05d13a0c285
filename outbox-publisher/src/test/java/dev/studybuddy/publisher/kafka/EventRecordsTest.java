package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventRecordsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final EventRecords records = new EventRecords(
            new TopicSettings(
                    "studybuddy.{type}.v1", List.of("todo"), 12, true, false, (short) 3, 2, Duration.ofDays(7)),
            "/studybuddy",
            JsonMapper.builder().build());

    @Test
    void aDeadLetterNamesItsCauseItsTopicAndItsAttempts() {
        ProducerRecord<byte[], byte[]> record = records.deadLetter(row("{}"), "RecordTooLargeException: too large", 12);

        assertThat(record.topic()).isEqualTo("studybuddy.todo.v1.dlt");
        assertThat(headers(record))
                .containsEntry("dlt_reason", "record-refused")
                .containsEntry("dlt_detail", "RecordTooLargeException: too large")
                .containsEntry("dlt_origin", "outbox-publisher")
                .containsEntry("dlt_original_topic", "studybuddy.todo.v1")
                .containsEntry("dlt_retry_count", "5")
                .containsEntry("ce_aggregateversion", "7")
                .doesNotContainKeys("dlt_topic", "dlt_attempts");
    }

    @Test
    void aDeadLetterOmitsHeadersThatCannotBeParsed() {
        assertThat(headers(records.deadLetter(row("[1]"), "refused", 12)))
                .containsKeys("ce_id", "dlt_reason")
                .doesNotContainKey("ce_schemaversion");
    }

    @Test
    void onADeadLetterTopicOfAnotherSizeTheProducerChoosesThePartition() {
        assertThat(records.deadLetter(row("{}"), "refused", 12).partition())
                .isEqualTo(records.toRecord(row("{}")).partition());
        assertThat(records.deadLetter(row("{}"), "refused", 1).partition()).isNull();
    }

    @Test
    void eachFieldOfTheRowIsAHeaderWithItsText() {
        ProducerRecord<byte[], byte[]> record = records.toRecord(row("""
                {"text": "a \\u00e4", "number": 12345678901234567890, "fraction": 1.50, "yes": true, "none": null,
                 "array": [1, "b", [null]], "object": {"c": {"d": 2}}, "empty": "", "schemaversion": 3,
                 "ce_id": "ignored", "content-type": "ignored"}"""));

        assertThat(headers(record))
                .containsEntry("text", "a \u00e4")
                .containsEntry("number", "12345678901234567890")
                .containsEntry("fraction", "1.5")
                .containsEntry("yes", "true")
                .containsEntry("none", "null")
                .containsEntry("array", "[1, b, [null]]")
                .containsEntry("object", "{c={d=2}}")
                .containsEntry("empty", "")
                .containsEntry("ce_schemaversion", "3")
                .containsEntry("ce_id", new UUID(0, 1).toString())
                .containsEntry("content-type", "application/json");
    }

    @Test
    void aFieldThatOccursTwiceIsOneHeaderWithItsLastValue() {
        ProducerRecord<byte[], byte[]> record = records.toRecord(
                row("{\"a\": \"first\", \"schemaversion\": 2, \"a\": \"last\", \"schemaversion\": 4}"));

        assertThat(headers(record)).containsEntry("a", "last").containsEntry("ce_schemaversion", "4");
    }

    @Test
    void headersThatAreNotAnObjectAreRejected() {
        for (String text : List.of(
                "null",
                "[1]",
                "\"\"",
                "7",
                "true",
                "",
                "{\"a\": 1",
                "{\"a\": 1} {}",
                "{\"a\": \"b\", \"c\": " + "9".repeat(2000) + "}")) {
            assertThatThrownBy(() -> records.toRecord(row(text)))
                    .as(text)
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("headers are not a JSON object");
        }
    }

    @Test
    void theTimeOfEveryRowIsALegalTimestamp() {
        assertThat(time(Instant.MAX)).isEqualTo("9999-12-31T23:59:59.999999Z");
        assertThat(time(Instant.parse("+10000-01-01T00:00:00Z"))).isEqualTo("9999-12-31T23:59:59.999999Z");
        assertThat(time(Instant.MIN)).isEqualTo("0000-01-01T00:00:00Z");
        assertThat(time(Instant.parse("0001-01-01T00:00:00Z"))).isEqualTo("0001-01-01T00:00:00Z");
    }

    @Test
    void aRowWithoutContentIsNeverSent() {
        assertThatThrownBy(() -> records.toRecord(row("{}").toPartial())).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> records.deadLetter(row("{}").withContentFault("too long"), "refused", 12))
                .hasMessage("too long");
    }

    private String time(Instant createdAt) {
        OutboxRow row = new OutboxRow(
                new Aggregate(3, "todo", "a"),
                7,
                new UUID(0, 1),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                createdAt,
                0,
                null,
                NOW,
                0);
        return String.valueOf(headers(records.toRecord(row)).get("ce_time"));
    }

    private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .collect(Collectors.toMap(
                        header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8)));
    }

    private static OutboxRow row(String headers) {
        return new OutboxRow(
                new Aggregate(3, "todo", "a"),
                7,
                new UUID(0, 1),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8(headers),
                NOW,
                4,
                null,
                NOW,
                0);
    }
}
