package dev.studybuddy.projector.consume;

import com.mongodb.MongoException;
import dev.studybuddy.projector.readmodel.LineLostException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The circuit breaker before MongoDB: once some batches in a row failed, one tries while the others wait, so that an
 * outage is said once and costs nothing.
 */
@Component
public final class MongoGate {

    private static final Logger log = LoggerFactory.getLogger(MongoGate.class);
    private static final int IN_A_ROW = 3;

    private final CircuitBreaker breaker;
    private volatile String lastFailure = "";

    MongoGate(MeterRegistry registry) {
        breaker = CircuitBreaker.of(
                "mongodb",
                CircuitBreakerConfig.custom()
                        .slidingWindow(IN_A_ROW, IN_A_ROW, SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
                        .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialRandomBackoff(
                                Duration.ofMillis(200), 2, Duration.ofSeconds(5)))
                        .recordException(MongoGate::outage)
                        .build());
        breaker.getEventPublisher().onStateTransition(change -> said(change.getStateTransition()));
        Gauge.builder("projector_mongodb_circuit_open", breaker, one -> open() ? 1 : 0)
                .description("1 while MongoDB is away and batches wait")
                .register(registry);
    }

    /** Whether a try makes sense now; who gets a true must {@link #run} something. */
    boolean tryEnter() {
        return breaker.tryAcquirePermission();
    }

    /** Runs what {@link #tryEnter} let in, and remembers how it ended. */
    <T> T run(Supplier<T> work) {
        long began = breaker.getCurrentTimestamp();
        try {
            T result = work.get();
            breaker.onSuccess(breaker.getCurrentTimestamp() - began, breaker.getTimestampUnit());
            return result;
        } catch (RuntimeException | Error failed) {
            if (outage(failed)) {
                lastFailure = String.valueOf(failed.getMessage());
            }
            breaker.onError(breaker.getCurrentTimestamp() - began, breaker.getTimestampUnit(), failed);
            throw failed;
        }
    }

    /** Whether MongoDB is held to be away. */
    public boolean open() {
        return breaker.getState() != CircuitBreaker.State.CLOSED;
    }

    static boolean outage(Throwable failed) {
        return failed instanceof LineLostException lost ? lost.outage() : failed instanceof MongoException;
    }

    private void said(CircuitBreaker.StateTransition change) {
        if (change == CircuitBreaker.StateTransition.CLOSED_TO_OPEN) {
            log.warn("MongoDB is away: all partitions wait, and try again at least every 5 s: {}", lastFailure);
        } else if (change.getToState() == CircuitBreaker.State.CLOSED) {
            log.info("MongoDB is back: partitions read their journals and go on");
        }
    }
}
