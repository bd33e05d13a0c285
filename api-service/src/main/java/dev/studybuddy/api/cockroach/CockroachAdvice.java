package dev.studybuddy.api.cockroach;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers with 503 if a request fails because of CockroachDB, and with 500 if a statement has a bug. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CockroachAdvice {

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    void handleDatabaseFailure(RuntimeException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (SqlFault.of(thrown)) {
            case CONTENTION, LOCKED ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable(
                                "contention", "Other requests are changing the same data. Retry this request."));
            case OUTCOME_UNKNOWN ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable(
                                "outcome-unknown",
                                "The database did not confirm the commit, so it is unknown whether the write succeeded."
                                        + " If the request had an Idempotency-Key, retry it with the same key."));
            case UNAVAILABLE ->
                ProblemWriter.write(
                        request,
                        response,
                        Problem.unavailable(
                                "database-unavailable",
                                "The database did not answer in time, or it is read-only. Retry this request later."));
            case DUPLICATE, OTHER -> ProblemWriter.writeInternalError(request, response, thrown);
        }
    }
}
