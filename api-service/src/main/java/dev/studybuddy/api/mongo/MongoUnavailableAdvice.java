package dev.studybuddy.api.mongo;

import com.mongodb.MongoException;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers with 503 if a request needs MongoDB and MongoDB is unavailable, or if its read model has no active generation
 * yet.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MongoUnavailableAdvice {

    @ExceptionHandler({MongoUnavailableException.class, MongoException.class})
    void handleMongoUnavailable(RuntimeException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.unavailable("mongodb-unavailable", "MongoDB does not answer. Retry this request later."));
    }

    @ExceptionHandler
    void handleNoActiveGeneration(
            NoActiveGenerationException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.unavailable(
                        "mongodb-unavailable",
                        "The read model has no active generation yet. Retry this request when its first generation is"
                                + " active."));
    }
}
