package dev.studybuddy.projector.mongo;

import com.mongodb.MongoException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stops the work of all partitions after three outages of MongoDB in a row. One piece of work at a time then tries
 * MongoDB, at growing intervals, until MongoDB executes or refuses a command. A refused command or write concerns one
 * collection or document, so it does not stop the partitions that do not need it. Work that sends no command shows
 * nothing about MongoDB, and neither does work that fails for another reason.
 */
@Component
public final class BatchCircuitBreaker {

    private static final Logger log = LoggerFactory.getLogger(BatchCircuitBreaker.class);
    private static final int FAILURES_BEFORE_OPEN = 3;

    private final CircuitBreaker breaker;
    private volatile @Nullable RuntimeException lastFailure;

    /** Creates a closed breaker with a gauge of its state. */
    public BatchCircuitBreaker(MeterRegistry registry) {
        breaker = CircuitBreaker.of(
                "mongodb",
                CircuitBreakerConfig.custom()
                        .slidingWindow(FAILURES_BEFORE_OPEN, FAILURES_BEFORE_OPEN, SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
                        .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialRandomBackoff(
                                Duration.ofMillis(200), 2, Duration.ofSeconds(5)))
                        .recordException(BatchCircuitBreaker::isOutage)
                        .build());
        breaker.getEventPublisher().onStateTransition(change -> logTransition(change.getStateTransition()));
        Gauge.builder("projector_mongodb_circuit_open", breaker, any -> isOpen() ? 1 : 0)
                .description("This gauge is 1 while all batches wait because MongoDB is unavailable, and otherwise 0.")
                .register(registry);
    }

    /** Returns whether an attempt is permitted now. A caller that receives true must {@link #run} its work. */
    public boolean tryAcquirePermission() {
        return breaker.tryAcquirePermission();
    }

    /**
     * Runs work that {@link #tryAcquirePermission} permitted, and records its outcome.
     *
     * @param work returns whether it sent a command; otherwise it shows nothing about MongoDB and does not count
     */
    public void run(BooleanSupplier work) {
        long startedAt = breaker.getCurrentTimestamp();
        try {
            if (work.getAsBoolean()) {
                breaker.onSuccess(breaker.getCurrentTimestamp() - startedAt, breaker.getTimestampUnit());
            } else {
                breaker.releasePermission();
            }
        } catch (RuntimeException | Error failed) {
            recordFailure(failed, breaker.getCurrentTimestamp() - startedAt);
            throw failed;
        }
    }

    private void recordFailure(Throwable failed, long elapsed) {
        if (failed instanceof RuntimeException outage && isOutage(failed)) {
            lastFailure = outage;
            breaker.onError(elapsed, breaker.getTimestampUnit(), failed);
        } else if (failed instanceof TemporaryRefusalException || isRefusedCommand(failed)) {
            // MongoDB responds, and refuses the write of one document or a command on one collection.
            breaker.onSuccess(elapsed, breaker.getTimestampUnit());
        } else {
            // The library would count this failure as a success, although the work possibly sent no command.
            breaker.releasePermission();
        }
    }

    /** Returns whether all partitions wait, because MongoDB is unavailable. */
    public boolean isOpen() {
        return breaker.getState() != CircuitBreaker.State.CLOSED;
    }

    /** Returns the last failure that the breaker counted, or an empty text if there is none. */
    public String lastFailure() {
        RuntimeException failure = lastFailure;
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    /** Returns whether a failure shows that MongoDB is unavailable. */
    public static boolean isOutage(Throwable failed) {
        return failed instanceof FencedSessionLostException lost ? lost.isOutage() : failed instanceof MongoException;
    }

    private static boolean isRefusedCommand(Throwable failed) {
        return failed instanceof FencedSessionLostException lost && lost.isRefusedCommand();
    }

    private void logTransition(CircuitBreaker.StateTransition change) {
        if (change == CircuitBreaker.StateTransition.CLOSED_TO_OPEN) {
            log.atWarn()
                    .addKeyValue("failure", lastFailure())
                    .log("MongoDB is unavailable; all partitions wait, and the projector retries at intervals of at"
                            + " most 5 s");
        } else if (change.getToState() == CircuitBreaker.State.CLOSED) {
            log.info("MongoDB responds again; the partitions read their journals and resume");
        }
    }
}
