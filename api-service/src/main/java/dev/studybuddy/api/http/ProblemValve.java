package dev.studybuddy.api.http;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Answers with a problem detail when the container rejects a malformed or oversized request head before any filter
 * runs. The class is public because the container instantiates it by its name.
 */
public final class ProblemValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int code = response.getStatus();
        if (code < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        HttpStatus found = HttpStatus.resolve(code);
        HttpStatus status = found == null ? HttpStatus.INTERNAL_SERVER_ERROR : found;
        // The container sets 400 for a request head that exceeds its limit, although 431 is the correct status.
        if (thrown != null && String.valueOf(thrown.getMessage()).contains("header is too large")) {
            status = HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        Problem problem = StatusProblems.of(status);
        ProblemWriter.log(request, problem, status.is5xxServerError() ? thrown : null);
        try {
            response.setStatus(status.value());
            response.setContentType(Problem.CONTENT_TYPE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(
                        ProblemWriter.json(problem, path(request), response.getHeader(ProblemWriter.TRACE_HEADER)));
                response.finishResponse();
            }
        } catch (IOException closed) {
            LoggerFactory.getLogger(ProblemValve.class)
                    .debug(
                            "The client closed the connection before the service wrote the problem detail; the"
                                    + " service discards it",
                            closed);
        }
    }

    /** Returns the requested path, or the root path if the container could not parse the request line. */
    private static String path(Request request) {
        String path = request.getRequestURI();
        return path == null || path.isEmpty() ? "/" : path;
    }
}
