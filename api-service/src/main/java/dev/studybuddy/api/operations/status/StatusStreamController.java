package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.sse.EventStreamWriter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class StatusStreamController {

    private final StatusFeed feed;
    private final EventStreamWriter writer;

    StatusStreamController(StatusFeed feed, EventStreamWriter writer) {
        this.feed = feed;
        this.writer = writer;
    }

    @Operation(
            operationId = "streamPipelineStatus",
            summary = "Reports the state of the whole pipeline once in each studybuddy.console.interval (two seconds by"
                    + " default), as server-sent events",
            description = "The data of an event status has the fields at, health, projections, stuckEvents and"
                    + " throughput. health is the answer of GET /api/health/sync, and projections is the answer of GET"
                    + " /api/admin/projections. stuckEvents is the number of stuck events, of which 100 is a lower"
                    + " bound. throughput has publishedPerSecond, the records that publishers added to the topics, and"
                    + " appliedPerSecond, the records that the active generation of each read model applied. A value"
                    + " that could not be determined is null. A client that reads slowly misses events and gets the"
                    + " newest one. The event end precedes the end of the stream after its longest duration or at the"
                    + " stop of the service.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(type = "string"),
                            examples = @ExampleObject("event: status\ndata: {\"at\":\"2026-11-28T10:00:00.000000Z\","
                                            + "\"stuckEvents\":0,\"throughput\":{\"publishedPerSecond\":12.5,"
                                            + "\"appliedPerSecond\":{\"study\":12.5}}}\n\n")))
    @GetMapping(path = "/api/admin/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        try (StatusSubscription subscription = feed.open(caller)) {
            writer.write(caller.id(), request, response, "status", subscription, json -> json);
        }
    }
}
