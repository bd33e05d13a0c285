package dev.studybuddy.publisher.deadletter;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** Names the headers that a record on a dead-letter topic has in addition to the event's headers. */
public final class DeadLetterHeaders {

    /** This header holds the reason why the record was refused. */
    public static final String REASON = "dlt_reason";
    /** This header holds the topic that the record was intended for. */
    public static final String TOPIC = "dlt_topic";
    /** This header holds the number of attempts to send the record. */
    public static final String ATTEMPTS = "dlt_attempts";
    /** This header names the program that dead-lettered the record. */
    public static final String ORIGIN = "dlt_origin";

    private static final String PUBLISHER = "outbox-publisher";

    private DeadLetterHeaders() {}

    /** Adds the headers to a record. */
    public static void add(Headers headers, String topic, String reason, int attempts) {
        addText(headers, REASON, reason);
        addText(headers, TOPIC, topic);
        addText(headers, ATTEMPTS, Integer.toString(attempts));
        addText(headers, ORIGIN, PUBLISHER);
    }

    private static void addText(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
