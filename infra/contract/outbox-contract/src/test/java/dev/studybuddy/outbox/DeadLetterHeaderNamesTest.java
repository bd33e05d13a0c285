package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterHeaderNamesTest {

    @Test
    void theNamesEqualTheirPublishedValues() {
        assertThat(List.of(
                        DeadLetterHeaderNames.REASON,
                        DeadLetterHeaderNames.DETAIL,
                        DeadLetterHeaderNames.ORIGIN,
                        DeadLetterHeaderNames.ORIGINAL_TOPIC,
                        DeadLetterHeaderNames.ORIGINAL_PARTITION,
                        DeadLetterHeaderNames.ORIGINAL_OFFSET,
                        DeadLetterHeaderNames.ORIGINAL_TIMESTAMP,
                        DeadLetterHeaderNames.RETRY_COUNT))
                .containsExactly(
                        "dlt_reason",
                        "dlt_detail",
                        "dlt_origin",
                        "dlt_original_topic",
                        "dlt_original_partition",
                        "dlt_original_offset",
                        "dlt_original_timestamp",
                        "dlt_retry_count");
    }

    @Test
    void anOldNameIsReadAsItsCurrentName() {
        assertThat(DeadLetterHeaderNames.current("dlt_topic")).isEqualTo("dlt_original_topic");
        assertThat(DeadLetterHeaderNames.current("dlt_attempts")).isEqualTo("dlt_retry_count");
        assertThat(DeadLetterHeaderNames.current("retry_count")).isEqualTo("dlt_retry_count");
        assertThat(DeadLetterHeaderNames.OLD_NAMES).hasSize(3);
    }

    @Test
    void aCurrentNameIsReadUnchanged() {
        assertThat(DeadLetterHeaderNames.current("dlt_reason")).isEqualTo("dlt_reason");
        assertThat(DeadLetterHeaderNames.current("ce_id")).isEqualTo("ce_id");
    }
}
