package dev.studybuddy.api.sse;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event source waits for the events of one stream.
 *
 * @param <T> the content of an event
 */
public interface EventSource<T> {

    /** A notice is the next event of a source, or its end. */
    sealed interface Notice<T> {}

    /** The stream sends an event with this content. */
    record Event<T>(T content) implements Notice<T> {}

    /** The source reports nothing more, so the stream ends. */
    record End<T>() implements Notice<T> {}

    /**
     * Waits for the next notice, and returns null if none arrives in time.
     *
     * @param within the longest wait
     */
    @Nullable
    Notice<T> next(Duration within) throws InterruptedException;
}
