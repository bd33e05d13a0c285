package dev.studybuddy.api.openapi;

import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.http.ProblemWriter;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.math.BigDecimal;
import java.util.Set;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Completes the description of an operation by the parts that follow from the signature of its handler: the errors that
 * it can answer with, and the headers that it reads and writes.
 */
@Component
final class OperationErrorsAndHeaders implements GlobalOperationCustomizer {

    private static final String NOT_MODIFIED = Integer.toString(HttpStatus.NOT_MODIFIED.value());
    private static final String TEXT = "string";
    private static final String NUMBER = "integer";
    private static final String RETRY_TEXT = "A retry may succeed after this number of seconds.";

    /** An answer with one of these bodies names a job or a generation, whose path is in the header Location. */
    private static final Set<String> JOBS =
            Set.of("BuildingGeneration", "StartedJob", "SubjectChangeJobId", "SubmittedJob");

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        Handler described = new Handler(handler);
        addRequestHeaders(operation, described);
        addErrors(operation.getResponses(), described);
        operation.getResponses().forEach((code, response) -> addResponseHeaders(code, response, described));
        return operation;
    }

    private static void addRequestHeaders(Operation operation, Handler handler) {
        if (handler.takes(IdempotentRequest.class)) {
            operation.addParametersItem(header(
                    "Idempotency-Key",
                    "This key makes a retry of the request safe for 24 hours: the request takes effect once.",
                    OpenApiConfiguration.schemaOf(TEXT).minLength(1).maxLength(200)));
        }
        if (handler.readsReadModel()) {
            operation.addParametersItem(header(
                    ReadModelQueries.TOKEN_HEADER,
                    "The answer includes the write that returned this token. The header may occur several times.",
                    OpenApiConfiguration.schemaOf(TEXT)));
            operation.addParametersItem(header(
                    ReadModelQueries.WAIT_HEADER,
                    "The request waits at most this number of milliseconds for the writes of the tokens. The default is"
                            + " 2000.",
                    OpenApiConfiguration.schemaOf(NUMBER)
                            .minimum(BigDecimal.ZERO)
                            .maximum(BigDecimal.valueOf(10_000))));
            operation.addParametersItem(header(
                    HttpHeaders.IF_NONE_MATCH,
                    "The answer is 304 without a body if its ETag is in this list.",
                    OpenApiConfiguration.schemaOf(TEXT)));
        }
    }

    private static Parameter header(String name, String description, Schema<?> schema) {
        return new HeaderParameter()
                .name(name)
                .description(description)
                .required(false)
                .schema(schema);
    }

    private static void addErrors(ApiResponses responses, Handler handler) {
        if (handler.readsReadModel() && !responses.containsKey(NOT_MODIFIED)) {
            responses.addApiResponse(
                    NOT_MODIFIED, new ApiResponse().description("The content equals that of a tag in If-None-Match."));
        }
        addError(
                responses,
                HttpStatus.BAD_REQUEST,
                "A field, parameter or header is invalid. The array errors names each invalid one.");
        addError(responses, HttpStatus.NOT_ACCEPTABLE, "The client accepts no type in which the service can answer.");
        addError(responses, HttpStatus.EXPECTATION_FAILED, "The Expect header has a value other than 100-continue.");
        addError(responses, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are larger than 16 KiB.");
        addError(responses, HttpStatus.TOO_MANY_REQUESTS, "The caller sent more requests than the limit allows.");
        addError(
                responses, HttpStatus.INTERNAL_SERVER_ERROR, "The service failed unexpectedly; it logged the failure.");
        addError(responses, HttpStatus.SERVICE_UNAVAILABLE, "A server that this request needs is unavailable.");
        addError(responses, HttpStatus.UNAUTHORIZED, "The request has no valid token.");
        addError(
                responses,
                HttpStatus.FORBIDDEN,
                "The caller's roles, or the origin of the web page, do not permit this request.");
        if (!handler.isPublic()) {
            addError(responses, HttpStatus.NOT_FOUND, "The resource, or the caller's user, does not exist.");
        }
        if (handler.hasBody()) {
            addError(responses, HttpStatus.REQUEST_TIMEOUT, "The body did not arrive within 10 seconds.");
            addError(responses, HttpStatus.CONTENT_TOO_LARGE, "The body is larger than 64 KiB.");
            addError(responses, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The content type of the body is not supported.");
            addError(responses, HttpStatus.UNPROCESSABLE_CONTENT, "The request is valid, but a limit forbids it.");
        }
        if (handler.writes()) {
            addError(responses, HttpStatus.CONFLICT, "The request conflicts with the present state.");
        }
        if (handler.hasHeader(HttpHeaders.IF_MATCH)) {
            addError(
                    responses, HttpStatus.PRECONDITION_FAILED, "The resource has another version than If-Match names.");
        }
    }

    private static void addError(ApiResponses responses, HttpStatus status, String description) {
        String code = Integer.toString(status.value());
        if (!responses.containsKey(code)) {
            responses.addApiResponse(code, OpenApiConfiguration.problemResponse(description));
        }
    }

    private static void addResponseHeaders(String code, ApiResponse response, Handler handler) {
        response.addHeaderObject(ProblemWriter.TRACE_HEADER, reference(ProblemWriter.TRACE_HEADER));
        if (!handler.isPublic()) {
            response.addHeaderObject(OpenApiConfiguration.RATE_LIMIT, reference(OpenApiConfiguration.RATE_LIMIT));
            response.addHeaderObject(
                    OpenApiConfiguration.RATE_LIMIT_POLICY, reference(OpenApiConfiguration.RATE_LIMIT_POLICY));
        }
        switch (code) {
            case "429" -> addRequired(response, HttpHeaders.RETRY_AFTER, NUMBER, RETRY_TEXT);
            case "503" -> add(response, HttpHeaders.RETRY_AFTER, NUMBER, RETRY_TEXT);
            case "401" ->
                addRequired(
                        response,
                        HttpHeaders.WWW_AUTHENTICATE,
                        TEXT,
                        "This header names the scheme in which the service expects a token.");
            default -> addHeadersOfSuccess(code, response, handler);
        }
    }

    private static Header reference(String name) {
        return new Header().$ref("#/components/headers/" + name);
    }

    private static void addHeadersOfSuccess(String code, ApiResponse response, Handler handler) {
        if (!code.startsWith("2") && !code.equals(NOT_MODIFIED)) {
            return;
        }
        if ("204".equals(code)) {
            response.setContent(null);
        }
        if (handler.readsReadModel()) {
            addHeadersOfRead(code, response);
        }
        if (handler.answersWithAggregates()) {
            addHeadersOfAggregate(code, response, handler);
        }
        if ("201".equals(code) || "202".equals(code)) {
            boolean required =
                    "201".equals(code) || JOBS.contains(SuccessDescriptions.nameOfBody(response.getContent()));
            add(
                    response,
                    HttpHeaders.LOCATION,
                    TEXT,
                    "This header contains the path of the created resource or job.",
                    required);
        }
    }

    private static void addHeadersOfRead(String code, ApiResponse response) {
        boolean hasContent = !code.equals(NOT_MODIFIED);
        add(
                response,
                ReadModelQueries.SOURCE_HEADER,
                TEXT,
                "This header names the database that answered: mongodb or cockroachdb.",
                hasContent);
        add(
                response,
                ReadModelQueries.LAG_HEADER,
                NUMBER,
                "This header states the lag of the read model in milliseconds.");
        add(
                response,
                ReadModelQueries.CONSISTENT_HEADER,
                "boolean",
                "This header states whether the answer includes the writes of the tokens.");
        add(response, HttpHeaders.ETAG, TEXT, "This tag identifies the content; If-None-Match accepts it.", hasContent);
    }

    /** Adds the headers of an answer about aggregates. An answer about several of them may lack these headers. */
    private static void addHeadersOfAggregate(String code, ApiResponse response, Handler handler) {
        boolean single = "204".equals(code) || SuccessDescriptions.isAggregate(response.getContent());
        add(response, HttpHeaders.ETAG, TEXT, "This tag is the version of the resource; If-Match accepts it.", single);
        if (handler.writes()) {
            add(response, ReadModelQueries.TOKEN_HEADER, TEXT, "A read with this token includes this write.", single);
        }
    }

    private static void add(ApiResponse response, String name, String type, String description) {
        add(response, name, type, description, false);
    }

    private static void addRequired(ApiResponse response, String name, String type, String description) {
        add(response, name, type, description, true);
    }

    /**
     * Describes a header of a response.
     *
     * @param required whether each such response has the header
     */
    private static void add(ApiResponse response, String name, String type, String description, boolean required) {
        if (response.getHeaders() == null || !response.getHeaders().containsKey(name)) {
            Header header = new Header().description(description).schema(OpenApiConfiguration.schemaOf(type));
            response.addHeaderObject(name, required ? header.required(true) : header);
        }
    }
}
