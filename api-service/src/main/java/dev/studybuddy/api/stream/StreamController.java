package dev.studybuddy.api.stream;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.AggregateVersion;
import dev.studybuddy.api.consistency.VersionFeed;
import dev.studybuddy.api.consistency.VersionSubscription;
import dev.studybuddy.api.sse.EventStreamWriter;
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
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
final class StreamController {

    private final VersionFeed feed;
    private final EventStreamWriter writer;
    private final JsonMapper json;

    StreamController(VersionFeed feed, EventStreamWriter writer, JsonMapper json) {
        this.feed = feed;
        this.writer = writer;
        this.json = json;
    }

    /**
     * Holds the data of an event {@code shown}: the read model contains this version of the aggregate, or a newer one.
     * A read that does not present the token of the write may return an older answer, which several callers share.
     *
     * @param model the name of the read model
     * @param type the code of the aggregate's type
     * @param id the id of the aggregate
     * @param version the version of the aggregate
     */
    record ShownVersion(String model, String type, String id, long version) {}

    @Operation(
            operationId = "streamShownVersions",
            summary = "Reports which versions of the caller the read model shows, as server-sent events",
            description = "An event shown states that the read model contains this version, or a newer one, of an"
                    + " aggregate. A read of the leaderboard or of a report that presents the token of the"
                    + " write includes the version at once. Without a token, an answer that all callers"
                    + " share includes the version after at most twice the time of the cache. The time of"
                    + " the cache is one second by default. The stream reports the versions of the"
                    + " consistency tokens in the request, and the versions that the caller writes through"
                    + " the same instance while the stream is open. If the service has several instances, a"
                    + " client opens another stream with the token of its write. The stream sends a"
                    + " comment if it has sent no event for studybuddy.streams.keep-alive-interval. The event"
                    + " end precedes the end of the stream after its longest duration,"
                    + " at the stop of the service, or after more than 200 versions that are not shown yet.")
    @Parameter(
            name = "X-Consistency-Token",
            in = ParameterIn.HEADER,
            description = "The value contains the tokens of earlier writes, separated by commas, with at most 20"
                    + " versions in all.",
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
        try (VersionSubscription subscription = feed.open(caller, request)) {
            writer.write(caller.id(), request, response, "shown", subscription, this::data);
        }
    }

    private String data(AggregateVersion version) {
        return json.writeValueAsString(
                new ShownVersion(Names.STUDY, version.type().code(), version.id(), version.version()));
    }
}
