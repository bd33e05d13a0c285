package dev.studybuddy.publisher.deadletter;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** Headers that a record on a dead-letter topic has beside the event's. */
public final class DeadLetterHeaders {

    /** Why nobody takes the record. */
    public static final String REASON = "dlt_reason";
    /** The topic that the record was meant for. */
    public static final String TOPIC = "dlt_topic";
    /** How often it was tried. */
    public static final String ATTEMPTS = "dlt_attempts";
    /** Who gave it up. */
    public static final String ORIGIN = "dlt_origin";

    private static final String PUBLISHER = "outbox-publisher";

    private DeadLetterHeaders() {}

    /** Adds them. */
    public static void add(Headers headers, String topic, String reason, int attempts) {
        put(headers, REASON, reason);
        put(headers, TOPIC, topic);
        put(headers, ATTEMPTS, Integer.toString(attempts));
        put(headers, ORIGIN, PUBLISHER);
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
