package dev.studybuddy.api.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds one page of a list.
 *
 * @param items the items of this page, in the order of the list
 * @param nextCursor the cursor of the next page; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** A request without a limit gets at most this number of items. */
    public static final int DEFAULT_LIMIT = 50;

    /** A request may have a limit of at most this number of items. */
    public static final int MAX_LIMIT = 200;

    /** A list whose answer is an array states the cursor of its next page in this header. */
    public static final String NEXT_CURSOR_HEADER = "X-Next-Cursor";

    public Page {
        items = List.copyOf(items);
    }

    /**
     * Returns the page of the items that a query found. The query reads one item more than the page may have, which
     * shows whether another page follows.
     *
     * @param found at most {@code limit + 1} items, in the order of the list
     * @param cursor returns the cursor of the page that starts after an item
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, cursor.apply(items.getLast()));
    }
}
