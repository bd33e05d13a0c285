package dev.studybuddy.api.operations.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * These criteria select dead letters. A null component matches every dead letter.
 *
 * @param topic the topic of the record
 * @param state the code of the dead letter's state
 * @param reason the reason code of the dead letter
 * @param key the key of the record as text, which is the id of its aggregate
 * @param cause the reason in which each number is replaced by {@code #}, as {@link DeadLetterGroup} has it
 */
public record DeadLetterCriteria(
        @Nullable String topic,
        @Nullable String state,
        @Nullable String reason,
        @Nullable String key,
        @Nullable String cause) {

    /** Creates criteria that match every cause. */
    public DeadLetterCriteria(
            @Nullable String topic, @Nullable String state, @Nullable String reason, @Nullable String key) {
        this(topic, state, reason, key, null);
    }

    /**
     * Returns the MongoDB filter for the projector's dead letters.
     *
     * @param after the id that the list follows; null for the beginning of the list
     * @param upTo the latest time of the last change of a dead letter; null for every time
     */
    Document toFilter(@Nullable String after, @Nullable Instant upTo) {
        Document filter = new Document();
        if (after != null) {
            filter.append("_id", new Document("$gt", after));
        }
        if (topic != null) {
            filter.append("topic", topic);
        }
        if (state != null) {
            filter.append("state", state);
        }
        if (reason != null) {
            filter.append("reason", reason);
        }
        if (cause != null) {
            // The reasons of the projector are codes without numbers, so each is its own cause.
            filter.append("$and", List.of(new Document("reason", cause)));
        }
        if (key != null) {
            filter.append("key", new Binary(key.getBytes(StandardCharsets.UTF_8)));
        }
        if (upTo != null) {
            filter.append("lastAt", new Document("$lte", Date.from(upTo)));
        }
        return filter;
    }
}
