package dev.studybuddy.projector.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.DeadLetter;
import org.apache.kafka.common.header.Headers;

/**
 * This class adds headers to a copy on a dead-letter topic, in addition to the original headers. All values are text.
 */
final class DeadLetterHeaders {

    static final String TOPIC = "dlt_original_topic";
    static final String PARTITION = "dlt_original_partition";
    static final String OFFSET = "dlt_original_offset";
    static final String REASON = "dlt_reason";
    static final String DETAIL = "dlt_detail";

    private DeadLetterHeaders() {}

    static void add(Headers headers, DeadLetter deadLetter) {
        put(headers, TOPIC, deadLetter.topic());
        put(headers, PARTITION, String.valueOf(deadLetter.partition()));
        put(headers, OFFSET, String.valueOf(deadLetter.offset()));
        put(headers, REASON, deadLetter.reason());
        put(headers, DETAIL, deadLetter.detail());
        put(headers, EventHeaders.RETRY_COUNT, String.valueOf(deadLetter.retryCount()));
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }
}
