package dev.studybuddy.api.stream;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.AggregateVersion;
import dev.studybuddy.api.consistency.StreamProperties;
import dev.studybuddy.api.consistency.VersionWatch;
import dev.studybuddy.api.consistency.VersionWatches;
import dev.studybuddy.api.http.EventStream;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Writes each stream in the thread of its request, which is a virtual thread. */
@RestController
final class StreamController {

    private static final Logger LOG = LoggerFactory.getLogger(StreamController.class);

    private final VersionWatches watches;
    private final StreamProperties properties;
    private final MonotonicClock clock;
    private final JsonMapper json;

    StreamController(VersionWatches watches, StreamProperties properties, MonotonicClock clock, JsonMapper json) {
        this.watches = watches;
        this.properties = properties;
        this.clock = clock;
        this.json = json;
    }

    /** Holds the data of an event {@code shown}. */
    record ShownVersion(String model, String type, String id, long version) {}

    @Operation(
            summary = "Reports which versions of the caller the read model shows, as server-sent events",
            description =
                    "An event shown states that leaderboard and analytics include this version, or a newer one, of"
                            + " an aggregate. The stream reports the versions of the consistency tokens in the request, and the"
                            + " versions that the caller writes through the same instance while the stream is open. If the service"
                            + " has several instances, a client opens another stream with the token of its write. A comment is"
                            + " sent as a heartbeat. The event end precedes the end of the stream after its longest duration, at"
                            + " the stop of the service, or after more than 200 versions that are not shown yet.")
    @Parameter(
            name = "X-Consistency-Token",
            in = ParameterIn.HEADER,
            description = "The tokens of earlier writes, separated by commas, with at most 20 versions in all.",
            schema = @Schema(type = "string"))
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(type = "string"),
                            examples = @ExampleObject("event: shown\ndata: {\"model\":\"study\",\"type\":\"todo\","
                                            + "\"id\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"version\":3}\n\n")))
    @GetMapping(path = "/api/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        try (VersionWatch watch = watches.open(caller, request)) {
            write(watch, response);
        } catch (IOException closed) {
            LOG.atDebug()
                    .addKeyValue("caller", caller.id())
                    .addKeyValue("error", closed.toString())
                    .log("The client closed its stream");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(VersionWatch watch, HttpServletResponse response) throws IOException, InterruptedException {
        long end = clock.nanos() + properties.maxDuration().toNanos();
        EventStream stream = EventStream.begin(response);
        while (true) {
            long remaining = end - clock.nanos();
            if (remaining <= 0) {
                stream.sendEnd();
                return;
            }
            long wait = Math.min(remaining, properties.heartbeat().toNanos());
            switch (watch.next(Duration.ofNanos(wait))) {
                case null -> stream.sendHeartbeat();
                case VersionWatch.Shown shown -> stream.send("shown", data(shown.version()));
                case VersionWatch.Ended ended -> {
                    stream.sendEnd();
                    return;
                }
            }
        }
    }

    private String data(AggregateVersion version) {
        return json.writeValueAsString(
                new ShownVersion(Names.STUDY, version.type().code(), version.id(), version.version()));
    }
}
