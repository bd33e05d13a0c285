package dev.studybuddy.api.http;

import java.util.List;
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

    /** A request may ask for at most this number of items. */
    public static final int MAX_LIMIT = 200;

    public Page {
        items = List.copyOf(items);
    }
}
