package dev.studybuddy.api.http;

import static org.springframework.http.HttpStatus.BAD_REQUEST;
import static org.springframework.http.HttpStatus.INTERNAL_SERVER_ERROR;

import dev.studybuddy.api.http.Problem.FieldFault;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * Converts each exception of a controller into a problem detail. The handlers write the bytes themselves, so that the
 * Accept header of the request has no influence.
 */
@RestControllerAdvice
final class ProblemAdvice {

    @ExceptionHandler
    void handleProblem(ProblemException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(request, response, thrown.problem());
    }

    @ExceptionHandler
    void handleUnreadableBody(
            HttpMessageNotReadableException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.of(
                        BAD_REQUEST,
                        "malformed-body",
                        "Malformed body",
                        "The body must be JSON with the structure that this endpoint expects."));
    }

    @ExceptionHandler
    void handleTypeMismatch(TypeMismatchException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String name = thrown instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(thrown.getPropertyName());
        Class<?> type = thrown.getRequiredType();
        ProblemWriter.write(
                request,
                response,
                Problem.invalid(name, "must be a valid " + (type == null ? "value" : type.getSimpleName())));
    }

    @ExceptionHandler
    void handleMissingParameter(
            MissingServletRequestParameterException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(request, response, Problem.invalid(thrown.getParameterName(), "is required"));
    }

    @ExceptionHandler
    void handleInvalidArgument(
            MethodArgumentNotValidException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<FieldFault> faults = new ArrayList<>();
        for (FieldError error : thrown.getBindingResult().getFieldErrors()) {
            faults.add(new FieldFault(error.getField(), String.valueOf(error.getDefaultMessage())));
        }
        ProblemWriter.write(request, response, Problem.invalid(faults));
    }

    @ExceptionHandler
    void handleInvalidParameters(
            HandlerMethodValidationException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<FieldFault> faults = new ArrayList<>();
        thrown.getParameterValidationResults()
                .forEach(result -> result.getResolvableErrors()
                        .forEach(error -> faults.add(new FieldFault(
                                String.valueOf(result.getMethodParameter().getParameterName()),
                                String.valueOf(error.getDefaultMessage())))));
        ProblemWriter.write(request, response, Problem.invalid(faults));
    }

    /** Answers with 400 if a header that only the controller reads has characters that the security filters reject. */
    @ExceptionHandler
    void handleRejectedHeader(RequestRejectedException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(request, response, StatusProblems.of(BAD_REQUEST));
    }

    /** Logs that the client closed the connection, and writes no answer because no client would read it. */
    @ExceptionHandler
    void handleClientDisconnect(AsyncRequestNotUsableException thrown, HttpServletRequest request) {
        org.slf4j.LoggerFactory.getLogger(ProblemAdvice.class)
                .atInfo()
                .addKeyValue("path", request.getRequestURI())
                .log("The client closed the connection before the answer was written; the answer is discarded");
    }

    @ExceptionHandler
    void handleOther(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws Exception {
        if (thrown instanceof AccessDeniedException || thrown instanceof AuthenticationException) {
            // The security filters catch this exception and answer with a problem detail.
            throw thrown;
        }
        if (thrown instanceof ErrorResponse error) {
            error.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            ProblemWriter.write(request, response, StatusProblems.of(status(error.getStatusCode())));
            return;
        }
        ProblemWriter.writeInternalError(request, response, thrown);
    }

    private static HttpStatus status(HttpStatusCode code) {
        HttpStatus status = HttpStatus.resolve(code.value());
        return status == null ? INTERNAL_SERVER_ERROR : status;
    }
}
