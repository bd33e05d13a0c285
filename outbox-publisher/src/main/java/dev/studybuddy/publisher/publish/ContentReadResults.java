package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Holds the results of a read of contents by partial row. A row without a result was not read, for example because its
 * content exceeded the bytes of the read.
 */
final class ContentReadResults {

    private final Map<OutboxRow, OutboxRow> results = new HashMap<>();
    private final Set<OutboxRow> failed = new HashSet<>();

    /** Adds the row that was read, or the partial row itself if it no longer exists. */
    void add(OutboxRow partial, OutboxRow read) {
        results.put(partial, read);
    }

    /** Adds a row whose content the database could not return now. */
    void addFailed(OutboxRow partial) {
        failed.add(partial);
    }

    void addAll(ContentReadResults other) {
        results.putAll(other.results);
        failed.addAll(other.failed);
    }

    /** Returns the row with its content, or the row itself if its content is not available. */
    OutboxRow of(OutboxRow row) {
        return results.getOrDefault(row, row);
    }

    /** Returns whether the content of a row was read, or the row no longer exists. */
    boolean contains(OutboxRow partial) {
        return results.containsKey(partial);
    }

    /** Returns whether the database could not return the content of a row now. */
    boolean isFailed(OutboxRow partial) {
        return failed.contains(partial);
    }

    /** Returns the number of rows with a result. */
    int size() {
        return results.size() + failed.size();
    }

    /** Returns the memory that the rows take in bytes. */
    long bytes() {
        return results.values().stream().mapToLong(OutboxRow::approximateBytes).sum();
    }
}
