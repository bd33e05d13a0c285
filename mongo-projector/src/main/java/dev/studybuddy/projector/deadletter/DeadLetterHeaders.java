package dev.studybuddy.projector.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.DeadLetter;
import org.apache.kafka.common.header.Headers;

/** What a copy on a dead-letter topic says beside the original headers, all as text. */
final class DeadLetterHeaders {

    static final String TOPIC = "dlt_original_topic";
    static final String PARTITION = "dlt_original_partition";
    static final String OFFSET = "dlt_original_offset";
    static final String REASON = "dlt_reason";
    static final String DETAIL = "dlt_detail";

    private DeadLetterHeaders() {}

    static void add(Headers headers, DeadLetter one) {
        put(headers, TOPIC, one.topic());
        put(headers, PARTITION, String.valueOf(one.partition()));
        put(headers, OFFSET, String.valueOf(one.offset()));
        put(headers, REASON, one.reason());
        put(headers, DETAIL, one.detail());
        put(headers, EventHeaders.RETRY_COUNT, String.valueOf(one.retryCount()));
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }
}
