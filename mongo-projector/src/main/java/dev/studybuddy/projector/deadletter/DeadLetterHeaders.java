package dev.studybuddy.projector.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.DeadLetterHeaderNames;
import dev.studybuddy.readmodel.DeadLetter;
import org.apache.kafka.common.header.Headers;

/**
 * This class adds headers to a copy on a dead-letter topic, in addition to the original headers. All values are text.
 */
final class DeadLetterHeaders {

    private static final String ORIGIN = "mongo-projector";

    private DeadLetterHeaders() {}

    /** Adds the headers. They replace headers of the same names, which a record has if it was dead-lettered before. */
    static void add(Headers headers, DeadLetter deadLetter) {
        put(headers, DeadLetterHeaderNames.REASON, deadLetter.reason());
        put(headers, DeadLetterHeaderNames.DETAIL, deadLetter.detail());
        put(headers, DeadLetterHeaderNames.ORIGIN, ORIGIN);
        put(headers, DeadLetterHeaderNames.ORIGINAL_TOPIC, deadLetter.topic());
        put(headers, DeadLetterHeaderNames.ORIGINAL_PARTITION, String.valueOf(deadLetter.partition()));
        put(headers, DeadLetterHeaderNames.ORIGINAL_OFFSET, String.valueOf(deadLetter.offset()));
        if (deadLetter.timestamp() != null) {
            put(
                    headers,
                    DeadLetterHeaderNames.ORIGINAL_TIMESTAMP,
                    String.valueOf(deadLetter.timestamp().toEpochMilli()));
        }
        put(headers, DeadLetterHeaderNames.RETRY_COUNT, String.valueOf(deadLetter.replayCount()));
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }
}
