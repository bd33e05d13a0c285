package dev.studybuddy.projector.journal;

import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.RollupKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the amounts of a batch by rollup document and path, and an upper bound of their encoded size. Amounts of zero
 * are omitted, so that changes that cancel each other out write nothing.
 */
final class RollupSums implements AmountSink {

    /** This number covers the fixed parts of an encoded rollup change: field names, types, lengths and the kind. */
    private static final int BYTES_PER_ROLLUP = 160;

    /** This number covers the fixed parts of an encoded pair of a path and an amount. */
    private static final int BYTES_PER_PATH = 32;

    private final Map<RollupKey, Map<String, Long>> amounts = new LinkedHashMap<>();

    /**
     * This key names the document that received the last amount, and that usually receives the next one. It is null if
     * that document has no amounts left.
     */
    private @Nullable RollupKey lastKey;

    private Map<String, Long> lastFields = Map.of();
    private long bytes;

    @Override
    public void add(RollupKey key, String path, long amount) {
        if (amount == 0) {
            return;
        }
        Map<String, Long> fields = fieldsOf(key);
        Long before = fields.get(path);
        if (before == null) {
            fields.put(path, amount);
            bytes += sizeBytes(path);
        } else if (before + amount != 0) {
            fields.put(path, before + amount);
        } else {
            fields.remove(path);
            bytes -= sizeBytes(path);
            if (fields.isEmpty()) {
                amounts.remove(key);
                bytes -= sizeBytes(key);
                lastKey = null;
            }
        }
    }

    private Map<String, Long> fieldsOf(RollupKey key) {
        if (!key.equals(lastKey)) {
            Map<String, Long> fields = amounts.get(key);
            if (fields == null) {
                fields = new HashMap<>();
                amounts.put(key, fields);
                bytes += sizeBytes(key);
            }
            lastFields = fields;
            lastKey = key;
        }
        return lastFields;
    }

    /** Returns an upper bound of the size of all amounts in a plan in bytes. */
    long sizeBytes() {
        return bytes;
    }

    /** Passes each document with its amounts by path to a consumer. The amounts of a document are never empty. */
    void forEach(BiConsumer<RollupKey, Map<String, Long>> each) {
        amounts.forEach(each);
    }

    private static int sizeBytes(RollupKey key) {
        // The name contains the user's id or the escaped subject, and a field repeats it. The id repeats the period.
        return BYTES_PER_ROLLUP + 2 * utf8Length(key.period()) + 2 * utf8Length(key.name());
    }

    private static int sizeBytes(String path) {
        return BYTES_PER_PATH + utf8Length(path);
    }

    /** Returns the length of a text in UTF-8, or more if it contains characters outside the basic plane. */
    static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= 0x800) {
                length += 2;
            } else if (character >= 0x80) {
                length++;
            }
        }
        return length;
    }
}
