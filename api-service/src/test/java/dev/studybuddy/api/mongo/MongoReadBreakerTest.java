package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

    private void readWithTimeout() {
        breaker.read(() -> {
            nowNanos.addAndGet(SECOND.toNanos());
            throw new MongoTimeoutException("MongoDB did not answer in time");
        });
    }
}
