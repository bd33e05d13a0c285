package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.mongodb.MongoTimeoutException;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.ProblemException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

class MongoReadBreakerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong nowNanos = new AtomicLong(5);
    private final MongoReadBreaker breaker =
            new MongoReadBreaker(new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, SECOND));

    @AfterEach
    void endRequest() {
        Deadline.end();
    }

    @Test
    void readsOfRequestsWhoseDeadlineHasPassedLeaveTheCircuitClosed() {
        for (int read = 0; read < 10; read++) {
            Deadline.begin(Duration.ZERO, nowNanos::get);
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(this::readWithTimeout)
                    .satisfies(thrown -> {
                        assertThat(thrown.problem().status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
                        assertThat(thrown.problem().retryAfter()).isEqualTo(SECOND);
                    });
        }

        Deadline.begin(SECOND, nowNanos::get);
        assertThat(breaker.read(() -> "answer")).isEqualTo("answer");
    }

    @Test
    void timeoutsOfRequestsWithEnoughTimeOpenTheCircuit() {
        for (int read = 0; read < 10; read++) {
            Deadline.begin(SECOND, nowNanos::get);
            assertThatThrownBy(this::readWithTimeout).isInstanceOf(MongoUnavailableException.class);
        }

        assertThatThrownBy(() -> breaker.read(() -> "answer"))
                .isInstanceOf(MongoUnavailableException.class)
                .hasMessageContaining("open");
    }

    @Test
    void onlyTheStartAndTheEndOfAnOutageAreLoggedForOperators() {
        Logger logger = (Logger) LoggerFactory.getLogger(MongoReadBreaker.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            MongoReadBreaker.logTransition(StateTransition.CLOSED_TO_OPEN);
            for (int attempt = 0; attempt < 3; attempt++) {
                MongoReadBreaker.logTransition(StateTransition.OPEN_TO_HALF_OPEN);
                MongoReadBreaker.logTransition(StateTransition.HALF_OPEN_TO_OPEN);
            }
            MongoReadBreaker.logTransition(StateTransition.OPEN_TO_HALF_OPEN);
            MongoReadBreaker.logTransition(StateTransition.HALF_OPEN_TO_CLOSED);
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                        .map(ILoggingEvent::getFormattedMessage))
                .containsExactly(
                        "MongoDB is unavailable; reads use CockroachDB or fail with 503 until MongoDB answers",
                        "MongoDB answers again; reads use it");
    }

    private void readWithTimeout() {
        breaker.read(() -> {
            nowNanos.addAndGet(SECOND.toNanos());
            throw new MongoTimeoutException("MongoDB did not answer in time");
        });
    }
}
