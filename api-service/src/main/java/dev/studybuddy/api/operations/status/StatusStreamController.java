package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.StreamProperties;
import dev.studybuddy.api.http.EventStream;
import dev.studybuddy.background.MonotonicClock;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Writes each operators' stream in the thread of its request, which is a virtual thread. */
@RestController
final class StatusStreamController {

    private static final Logger LOG = LoggerFactory.getLogger(StatusStreamController.class);

    private final StatusFeed feed;
    private final StreamProperties properties;
    private final MonotonicClock clock;

    StatusStreamController(StatusFeed feed, StreamProperties properties, MonotonicClock clock) {
        this.feed = feed;
        this.properties = properties;
        this.clock = clock;
    }

    @Operation(
            operationId = "operatorsStream",
            summary = "Reports the state of the whole pipeline every two seconds, as server-sent events",
            description =
                    "The data of an event status has the fields at, health, projections, stuckEvents and throughput. health"
                            + " is the answer of GET /api/health/sync, and projections is the answer of GET"
                            + " /api/admin/projections. stuckEvents is the number of stuck events, of which 100 is a lower bound."
                            + " throughput has publishedPerSecond, the records that publishers added to the topics, and"
                            + " appliedPerSecond, the records that the active generation of each read model applied. A value that"
                            + " could not be determined is null. A client that reads slowly misses events and gets the newest one."
                            + " The event end precedes the end of the stream after its longest duration or at the stop of the"
                            + " service.")
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
    void stream(Caller caller, HttpServletResponse response) {
        try (StatusSubscription subscription = feed.open(caller)) {
            write(subscription, response);
        } catch (IOException closed) {
            LOG.atDebug()
                    .addKeyValue("caller", caller.id())
                    .addKeyValue("error", closed.toString())
                    .log("The client closed its stream, or read it too slowly");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(StatusSubscription subscription, HttpServletResponse response)
            throws IOException, InterruptedException {
        long end = clock.nanos() + properties.maxDuration().toNanos();
        EventStream stream = EventStream.begin(response);
        while (true) {
            long remaining = end - clock.nanos();
            if (remaining <= 0) {
                stream.sendEnd();
                return;
            }
            long wait = Math.min(remaining, properties.heartbeat().toNanos());
            switch (subscription.next(Duration.ofNanos(wait))) {
                case null -> stream.sendHeartbeat();
                case StatusSubscription.Reported reported -> stream.send("status", reported.json());
                case StatusSubscription.Ended ended -> {
                    stream.sendEnd();
                    return;
                }
            }
        }
    }
}
