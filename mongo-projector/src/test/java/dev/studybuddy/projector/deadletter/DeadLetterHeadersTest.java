package dev.studybuddy.projector.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.readmodel.DeadLetter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123Z");

    @Test
    void aCopyNamesItsCauseAndTheOriginalRecord() {
        Headers headers = new RecordHeaders().add("ce_id", "e".getBytes(UTF_8));

        DeadLetterHeaders.add(headers, deadLetter(AT));

        assertThat(read(headers))
                .isEqualTo(Map.of(
                        "ce_id", "e",
                        "dlt_reason", "schema-newer",
                        "dlt_detail", "the record has schema 2",
                        "dlt_origin", "mongo-projector",
                        "dlt_original_topic", "studybuddy.todo.v1",
                        "dlt_original_partition", "3",
                        "dlt_original_offset", "17",
                        "dlt_original_timestamp", "1795428000123",
                        "dlt_retry_count", "2"));
    }

    @Test
    void aCopyOfARecordWithoutATimestampNamesNone() {
        Headers headers = new RecordHeaders();

        DeadLetterHeaders.add(headers, deadLetter(null));

        assertThat(read(headers)).doesNotContainKey("dlt_original_timestamp").containsKey("dlt_original_offset");
    }

    @Test
    void theHeadersOfAnEarlierDeadLetterAreReplaced() {
        Headers headers = new RecordHeaders().add("dlt_reason", "record-refused".getBytes(UTF_8));

        DeadLetterHeaders.add(headers, deadLetter(AT));

        assertThat(headers.headers("dlt_reason")).hasSize(1);
        assertThat(read(headers)).containsEntry("dlt_reason", "schema-newer");
    }

    private static Map<String, String> read(Headers headers) {
        Map<String, String> values = new LinkedHashMap<>();
        headers.forEach(header -> values.put(header.key(), new String(header.value(), UTF_8)));
        return values;
    }

    private static DeadLetter deadLetter(Instant timestamp) {
        return new DeadLetter(
                "id-3-17",
                DeadLetter.State.OPEN,
                "studybuddy.todo.v1",
                3,
                17,
                timestamp,
                null,
                null,
                List.of(),
                "schema-newer",
                "the record has schema 2",
                2,
                null,
                null,
                AT,
                AT,
                null);
    }
}
