package dev.studybuddy.api.web;

import static org.springframework.http.HttpStatus.BAD_REQUEST;
import static org.springframework.http.HttpStatus.INTERNAL_SERVER_ERROR;

import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.web.Problem.FieldFault;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns what a controller throws into a problem detail; the bytes are written here, so that no Accept header is in the way. */
@RestControllerAdvice
final class ProblemAdvice {

    @ExceptionHandler
    void problem(ProblemException thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ProblemWriter.write(request, response, thrown.problem());
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    void database(RuntimeException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (SqlFault.of(thrown)) {
            case CONTENTION, LOCKED ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable("contention", "Too many writers change the same thing; ask again."));
            case OUTCOME_UNKNOWN ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable(
                                "outcome-unknown",
                                "Whether this was written is not known; repeat it with the same Idempotency-Key."));
            case UNAVAILABLE ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable(
                                "database-unavailable", "The database does not answer in time; ask again later."));
            case DUPLICATE, OTHER -> unexpected(thrown, request, response);
        }
    }

    @ExceptionHandler
    void notReadable(HttpMessageNotReadableException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.of(
                        BAD_REQUEST,
                        "malformed-body",
                        "Malformed body",
                        "The body is not the JSON that this call takes."));
    }

    @ExceptionHandler
    void mismatch(TypeMismatchException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String name = thrown instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(thrown.getPropertyName());
        Class<?> type = thrown.getRequiredType();
        ProblemWriter.write(
                request,
                response,
                Problem.invalid(name, "is not a valid " + (type == null ? "value" : type.getSimpleName())));
    }

    @ExceptionHandler
    void missing(
            MissingServletRequestParameterException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(request, response, Problem.invalid(thrown.getParameterName(), "is required"));
    }

    @ExceptionHandler
    void notValid(MethodArgumentNotValidException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<FieldFault> faults = new ArrayList<>();
        for (FieldError error : thrown.getBindingResult().getFieldErrors()) {
            faults.add(new FieldFault(error.getField(), String.valueOf(error.getDefaultMessage())));
        }
        ProblemWriter.write(request, response, Problem.invalid(faults));
    }

    @ExceptionHandler
    void notValid(HandlerMethodValidationException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<FieldFault> faults = new ArrayList<>();
        thrown.getParameterValidationResults()
                .forEach(result -> result.getResolvableErrors()
                        .forEach(error -> faults.add(new FieldFault(
                                String.valueOf(result.getMethodParameter().getParameterName()),
                                String.valueOf(error.getDefaultMessage())))));
        ProblemWriter.write(request, response, Problem.invalid(faults));
    }

    /** The client went away: nobody reads an answer. */
    @ExceptionHandler
    void gone(AsyncRequestNotUsableException thrown, HttpServletRequest request) {
        org.slf4j.LoggerFactory.getLogger(ProblemAdvice.class)
                .atInfo()
                .addKeyValue("path", request.getRequestURI())
                .log("A client went away before its answer was written");
    }

    @ExceptionHandler
    void anythingElse(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws Exception {
        if (thrown instanceof AccessDeniedException || thrown instanceof AuthenticationException) {
            // Left to the security layer, which answers with the same problem details.
            throw thrown;
        }
        if (thrown instanceof ErrorResponse error) {
            error.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            ProblemWriter.write(request, response, StatusProblems.of(status(error.getStatusCode())));
            return;
        }
        unexpected(thrown, request, response);
    }

    private static void unexpected(Exception thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(request, response, StatusProblems.of(INTERNAL_SERVER_ERROR), thrown);
    }

    private static HttpStatus status(HttpStatusCode code) {
        HttpStatus status = HttpStatus.resolve(code.value());
        return status == null ? INTERNAL_SERVER_ERROR : status;
    }
}
