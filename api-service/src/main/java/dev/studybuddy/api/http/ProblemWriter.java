package dev.studybuddy.api.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the problem details of all components of the service, and logs one line for each. */
public final class ProblemWriter {

    /**
     * This header of each answer contains the id of the request's trace. Each log line of the request has the same id.
     */
    public static final String TRACE_HEADER = "X-Trace-Id";

    private static final Logger LOG = LoggerFactory.getLogger(ProblemWriter.class);
    private static final JsonMapper JSON = new JsonMapper();

    private ProblemWriter() {}

    /** Logs the problem, and answers with it unless the response is already committed. */
    public static void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        write(request, response, problem, null);
    }

    /**
     * Logs the problem, and answers with it unless the response is already committed.
     *
     * @param cause the unexpected exception, which is logged with its stack trace; null for an expected problem
     */
    static void write(
            HttpServletRequest request, HttpServletResponse response, Problem problem, @Nullable Throwable cause)
            throws IOException {
        log(request, problem, cause);
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status().value());
        response.setContentType(Problem.CONTENT_TYPE);
        if (problem.retryAfter() != null) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, problem.retryAfter().toSeconds())));
        }
        byte[] body =
                json(problem, path(request), response.getHeader(TRACE_HEADER)).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /**
     * Answers with 500 and logs the exception with its stack trace.
     *
     * @param cause the unexpected exception
     */
    public static void writeInternalError(HttpServletRequest request, HttpServletResponse response, Throwable cause)
            throws IOException {
        write(request, response, StatusProblems.of(HttpStatus.INTERNAL_SERVER_ERROR), cause);
    }

    /**
     * Returns the path that the client requested, even if the container has dispatched the request to the error page.
     */
    private static String path(HttpServletRequest request) {
        Object original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        return original instanceof String path ? path : String.valueOf(request.getRequestURI());
    }

    /**
     * Returns the body of an answer with the problem.
     *
     * @param instance the path that the client requested
     * @param traceId the id of the request's trace; null if the request has none
     */
    static String json(Problem problem, String instance, @Nullable String traceId) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", problem.type());
        body.put("title", problem.title());
        body.put("status", problem.status().value());
        body.put("detail", problem.detail());
        body.put("instance", instance);
        if (traceId != null) {
            body.put("traceId", traceId);
        }
        ArrayNode errors = body.putArray("errors");
        for (Problem.FieldFault fault : problem.errors()) {
            errors.addObject().put("field", fault.field()).put("message", fault.message());
        }
        return JSON.writeValueAsString(body);
    }

    static void log(HttpServletRequest request, Problem problem, @Nullable Throwable cause) {
        int status = problem.status().value();
        LoggingEventBuilder line = (cause != null ? LOG.atError() : status >= 500 ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("status", status)
                .addKeyValue("problem", problem.slug())
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", LogText.of(path(request)))
                .addKeyValue("detail", LogText.of(problem.detail()))
                .addKeyValue("caller", request.getRemoteUser());
        if (!problem.errors().isEmpty()) {
            line = line.addKeyValue(
                    "fields",
                    problem.errors().stream()
                            .map(fault -> LogText.of(fault.field()))
                            .toList());
        }
        line.setCause(cause).log("The service answered a request with a problem detail");
    }
}
