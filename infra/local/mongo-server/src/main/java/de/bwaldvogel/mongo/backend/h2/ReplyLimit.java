package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits the documents of one reply by their size, as MongoDB does. The driver rejects a reply of more than 48 MB. The
 * sizes are estimates, because encoding each document twice would double the cost of a read.
 */
final class ReplyLimit {

    /** A character takes at most three bytes in UTF-8, so a reply of this estimated size has at most 48 MB. */
    private static final long MAX_BYTES = 15L << 20;

    /** A field takes about this number of bytes in addition to its text. */
    private static final long BYTES_PER_FIELD = 16;

    private long bytes;

    /** Returns how many of the documents one reply holds: at least one, and at most the limit. */
    static int count(List<Document> documents, int limit) {
        ReplyLimit reply = new ReplyLimit();
        int count = 0;
        while (count < Math.min(limit, documents.size()) && reply.hasRoom()) {
            reply.add(documents.get(count));
            count++;
        }
        return count;
    }

    /** Returns whether the reply may hold a further document. */
    boolean hasRoom() {
        return bytes < MAX_BYTES;
    }

    void add(Document document) {
        bytes += estimate(document);
    }

    private static long estimate(@Nullable Object value) {
        if (value instanceof String text) {
            return BYTES_PER_FIELD + text.length();
        }
        if (value instanceof byte[] binary) {
            return BYTES_PER_FIELD + binary.length;
        }
        if (value instanceof Map<?, ?> fields) {
            return fields.entrySet().stream()
                    .mapToLong(field -> estimate(field.getKey()) + estimate(field.getValue()))
                    .sum();
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream().mapToLong(ReplyLimit::estimate).sum();
        }
        return BYTES_PER_FIELD;
    }
}
