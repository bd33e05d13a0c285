package dev.studybuddy.outbox;

import java.util.Map;

/**
 * Names the headers that a record on a dead-letter topic has in addition to the event's headers. The publisher and the
 * projector write these headers. The values are UTF-8 text.
 */
public final class DeadLetterHeaderNames {

    /** This header holds a short stable code of the cause, for example {@code record-refused}. */
    public static final String REASON = "dlt_reason";
    /** This header describes the cause for a person. */
    public static final String DETAIL = "dlt_detail";
    /** This header names the program that dead-lettered the record, for example {@code outbox-publisher}. */
    public static final String ORIGIN = "dlt_origin";
    /** This header holds the topic that the record came from or was intended for. */
    public static final String ORIGINAL_TOPIC = "dlt_original_topic";
    /**
     * This header holds the partition of the record on its original topic. It is absent if the record never reached
     * that topic.
     */
    public static final String ORIGINAL_PARTITION = "dlt_original_partition";
    /**
     * This header holds the offset of the record on its original topic. It is absent if the record never reached that
     * topic.
     */
    public static final String ORIGINAL_OFFSET = "dlt_original_offset";
    /**
     * This header holds the timestamp of the record on its original topic, in milliseconds since 1970. It is absent if
     * the record never reached that topic, or if the dead letter holds no timestamp.
     */
    public static final String ORIGINAL_TIMESTAMP = "dlt_original_timestamp";
    /**
     * In a dead letter of the publisher, this header holds the number of refused attempts. In one of the projector, it
     * holds the number of replays by an operator.
     */
    public static final String RETRY_COUNT = "dlt_retry_count";

    /** This map holds each old name that readers still accept, with the name that replaced it. */
    public static final Map<String, String> OLD_NAMES =
            Map.of("dlt_topic", ORIGINAL_TOPIC, "dlt_attempts", RETRY_COUNT, EventHeaders.REPLAY_COUNT, RETRY_COUNT);

    private DeadLetterHeaderNames() {}

    /** Returns the current name of a header on a dead-letter topic. A name that is not an old one stays unchanged. */
    public static String current(String name) {
        return OLD_NAMES.getOrDefault(name, name);
    }
}
