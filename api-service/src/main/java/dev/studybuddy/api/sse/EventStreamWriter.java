package dev.studybuddy.api.sse;

import dev.studybuddy.background.MonotonicClock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;

/** Writes each stream in the thread of its request, which is a virtual thread. */
@Component
public final class EventStreamWriter {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamWriter.class);

    private final StreamProperties properties;
    private final MonotonicClock clock;

    EventStreamWriter(StreamProperties properties, MonotonicClock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Writes the events of a source as the response, until the source ends, the client closes the stream, or the
     * longest duration of a stream is over. A HEAD request receives only the headers, because the container would
     * discard the events, and the service would not detect a closed connection.
     *
     * @param caller the id of the caller, for the log
     * @param event the name of the events
     * @param data returns the content of an event as one line of JSON
     */
    public <T> void write(
            UUID caller,
            HttpServletRequest request,
            HttpServletResponse response,
            String event,
            EventSource<T> source,
            Function<T, String> data) {
        try {
            EventStream stream = EventStream.begin(response);
            if (!HttpMethod.HEAD.matches(request.getMethod())) {
                writeToEnd(stream, event, source, data);
            }
        } catch (IOException closed) {
            LOG.atDebug()
                    .addKeyValue("caller", caller)
                    .addKeyValue("error", closed.toString())
                    .log("The client closed its stream, or read it too slowly; the stream ends");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> void writeToEnd(EventStream stream, String event, EventSource<T> source, Function<T, String> data)
            throws IOException, InterruptedException {
        long endNanos = clock.nanos() + properties.maxDuration().toNanos();
        long remainingNanos = endNanos - clock.nanos();
        while (remainingNanos > 0) {
            long waitNanos =
                    Math.min(remainingNanos, properties.keepAliveInterval().toNanos());
            switch (source.next(Duration.ofNanos(waitNanos))) {
                case null -> stream.sendKeepAlive();
                case EventSource.Event<T> next -> stream.send(event, data.apply(next.content()));
                case EventSource.End<T> last -> {
                    stream.sendEnd();
                    return;
                }
            }
            remainingNanos = endNanos - clock.nanos();
        }
        stream.sendEnd();
    }
}
