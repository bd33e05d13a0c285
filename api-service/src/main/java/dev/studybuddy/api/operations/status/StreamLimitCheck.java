package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.sse.StreamProperties;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Prevents the start of the service if streams alone could use all connections of the HTTP server. */
@Component
final class StreamLimitCheck {

    StreamLimitCheck(
            StreamProperties streams,
            ConsoleProperties console,
            @Value("${server.tomcat.max-connections}") int maxConnections) {
        int maxStreams = streams.maxStreams() + console.maxStreams();
        // A negative value removes the server's limit.
        if (maxConnections >= 0 && maxStreams >= maxConnections) {
            throw new IllegalStateException(
                    "studybuddy.streams.max-streams and studybuddy.console.max-streams must together be below"
                            + " server.tomcat.max-connections, which is " + maxConnections + ", but they are "
                            + maxStreams);
        }
    }
}
