package dev.studybuddy.api.kafka;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers with 503 if a request needs Kafka and Kafka is unavailable or refuses the query. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class KafkaUnavailableAdvice {

    @ExceptionHandler
    void handleKafkaUnavailable(KafkaException thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.unavailable(
                        "kafka-unavailable",
                        "Kafka did not answer, or it refused the query. Retry this request later."));
    }
}
