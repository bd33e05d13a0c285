package dev.studybuddy.api.deadletters;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Which dead letters; null lets every one pass. */
record LetterQuery(
        @Nullable String topic,
        @Nullable String state,
        @Nullable String reason,
        @Nullable String key) {

    /** The projector's, after an id and no newer than an instant. */
    Document filter(@Nullable String after, @Nullable Instant upTo) {
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
        if (key != null) {
            filter.append("key", new Binary(key.getBytes(StandardCharsets.UTF_8)));
        }
        if (upTo != null) {
            filter.append("lastAt", new Document("$lte", Date.from(upTo)));
        }
        return filter;
    }
}
