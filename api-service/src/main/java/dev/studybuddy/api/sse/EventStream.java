package dev.studybuddy.api.sse;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/**
 * Writes server-sent events to one client, in the thread of its request. A write waits for the client, at most for the
 * time that the container permits.
 */
final class EventStream {

    /**
     * After the end of this stream, a client waits for the milliseconds in the field {@code retry} before it opens
     * another one.
     */
    private static final String OPENING = "retry: 1000\n: open\n\n";

    private static final String KEEP_ALIVE = ": heartbeat\n\n";

    private final OutputStream out;

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins the stream as the response.
     *
     * @throws IOException if the client has closed its connection; all methods of a stream throw it in this case
     */
    static EventStream begin(HttpServletResponse response) throws IOException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        // This header requests that a proxy in front of the service does not buffer the events.
        response.setHeader("X-Accel-Buffering", "no");
        EventStream stream = new EventStream(response.getOutputStream());
        stream.write(OPENING);
        return stream;
    }

    /**
     * Sends one event.
     *
     * @param data one line of JSON
     */
    void send(String event, String data) throws IOException {
        write("event: " + event + "\ndata: " + data + "\n\n");
    }

    /** Sends a comment, which shows that the connection works. */
    void sendKeepAlive() throws IOException {
        write(KEEP_ALIVE);
    }

    /** Sends the event {@code end}, after which the client opens another stream. */
    void sendEnd() throws IOException {
        send("end", "{}");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
