package dev.studybuddy.api.mongo;

import com.mongodb.MongoException;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Limits concurrent reads of MongoDB, and rejects reads at once by a circuit breaker while MongoDB is unavailable. A
 * read that fails because its request has hardly any time left does not count as a failure of MongoDB.
 */
@Component
public final class MongoReadBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(MongoReadBreaker.class);
    private static final Duration MAX_WAIT = Duration.ofMillis(250);

    private final CircuitBreaker breaker;
    private final Semaphore permits;

    MongoReadBreaker(MongoReadProperties properties) {
        permits = new Semaphore(properties.concurrentReads());
        breaker = CircuitBreaker.of(
                "mongodb",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(2)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(Duration.ofSeconds(1))
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .recordException(MongoException.class::isInstance)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> logTransition(event.getStateTransition()));
    }

    /** Logs the start and the end of an outage. During an outage, the breaker permits one read each second. */
    static void logTransition(CircuitBreaker.StateTransition transition) {
        switch (transition) {
            case CLOSED_TO_OPEN ->
                LOG.info("MongoDB is unavailable; reads use CockroachDB or fail with 503 until MongoDB answers");
            case HALF_OPEN_TO_CLOSED -> LOG.info("MongoDB answers again; reads use it");
            default ->
                LOG.atDebug()
                        .addKeyValue("transition", transition)
                        .log("The circuit breaker of reads changed its state during an outage of MongoDB");
        }
    }

    /**
     * Runs a read and returns its result.
     *
     * @throws MongoUnavailableException if MongoDB is unavailable or too slow
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many requests read at once, or if the read fails when
     *     hardly any time of the request is left. The caller must not read CockroachDB instead, because such a read
     *     would take capacity from the writes
     */
    public <T> T read(Supplier<T> read) {
        if (!acquirePermit()) {
            throw Problem.tooManyReads().toException();
        }
        try {
            if (!breaker.tryAcquirePermission()) {
                throw new MongoUnavailableException(
                        "the circuit breaker is open because recent reads of MongoDB failed", null);
            }
            return readAndRecord(read);
        } finally {
            permits.release();
        }
    }

    private boolean acquirePermit() {
        try {
            return permits.tryAcquire(Deadline.limit(MAX_WAIT).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private <T> T readAndRecord(Supplier<T> read) {
        boolean late = Deadline.isNear();
        long start = breaker.getCurrentTimestamp();
        try {
            T result = read.get();
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            return result;
        } catch (MongoException failed) {
            if (late) {
                breaker.releasePermission();
                LOG.atDebug()
                        .addKeyValue("error", failed.getMessage())
                        .log("A request had too little time left to read MongoDB; it fails with 503");
                throw Problem.requestTooLate().toException();
            }
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), failed);
            LOG.atWarn()
                    .addKeyValue("error", failed.getMessage())
                    .log("A read of MongoDB failed; the circuit breaker counts it,"
                            + " and the request uses CockroachDB or fails with 503");
            throw new MongoUnavailableException("a read of MongoDB failed", failed);
        } catch (RuntimeException other) {
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            throw other;
        }
    }
}
