package dev.studybuddy.api.web;

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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes problem details, whoever found the problem, and one log line for each. */
public final class ProblemWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemWriter.class);
    private static final JsonMapper JSON = new JsonMapper();

    private ProblemWriter() {}

    /** Answers with the problem; where the answer is under way already, it is only logged. */
    public static void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        write(request, response, problem, null);
    }

    /**
     * Answers with the problem; where the answer is under way already, it is only logged.
     *
     * @param cause logged with its stack trace: for what should not have happened
     */
    public static void write(
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
        byte[] body = body(problem, path(request)).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /** The path that was asked for, also where the container has sent the request to the error page. */
    private static String path(HttpServletRequest request) {
        Object asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        return asked instanceof String path ? path : String.valueOf(request.getRequestURI());
    }

    static String body(Problem problem, @Nullable String instance) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", problem.type());
        body.put("title", problem.title());
        body.put("status", problem.status().value());
        body.put("detail", problem.detail());
        if (instance != null) {
            body.put("instance", instance);
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
                .addKeyValue("path", path(request))
                .addKeyValue("caller", request.getRemoteUser());
        if (!problem.errors().isEmpty()) {
            line = line.addKeyValue(
                    "fields",
                    problem.errors().stream().map(Problem.FieldFault::field).toList());
        }
        line.setCause(cause).log("A request was answered with a problem: {}", problem.detail());
    }
}
