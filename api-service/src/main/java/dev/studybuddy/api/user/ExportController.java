package dev.studybuddy.api.user;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class ExportController {

    private static final Logger LOG = LoggerFactory.getLogger(ExportController.class);

    private final Users users;
    private final UserExportWriter export;
    private final RunningExports running;

    ExportController(Users users, UserExportWriter export, ExportProperties properties) {
        this.users = users;
        this.export = export;
        this.running = new RunningExports(properties.concurrent());
    }

    /** This record only documents the export in the OpenAPI document. */
    record UserExport(
            User user, List<String> subjects, List<SessionState> sessions, List<TodoState> todos, boolean complete) {}

    @Operation(
            operationId = "exportOwnData",
            summary = "Returns all data of the caller as one JSON document",
            description = "The answer is streamed. It does not show the state at one instant: it may or may not contain"
                    + " changes that are made during the export. The last field is named complete. If an error"
                    + " or the longest duration ends the export, the document is not valid JSON. One export"
                    + " of a caller runs at a time.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = UserExport.class)))
    @GetMapping(path = "/api/users/me/export", produces = MediaType.APPLICATION_JSON_VALUE)
    void export(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        User user = users.find(caller.id())
                .orElseThrow(() -> Problem.notFound("user").toException());
        running.add(caller.id());
        try {
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"studybuddy.json\"");
            if (HttpMethod.HEAD.matches(request.getMethod())) {
                // The container discards the body, so an export would read all data for no client.
                response.flushBuffer();
            } else {
                export.write(user, response.getOutputStream());
            }
        } catch (ExportTimeoutException tooLong) {
            LOG.atWarn()
                    .addKeyValue("user", user.id())
                    .log("The export took longer than the longest duration of an export; it ends incomplete");
        } catch (IOException closed) {
            LOG.atInfo()
                    .addKeyValue("user", user.id())
                    .addKeyValue("error", closed.toString())
                    .log("The client closed the connection before the export was complete; the export ends");
        } finally {
            running.remove(caller.id());
        }
    }
}
