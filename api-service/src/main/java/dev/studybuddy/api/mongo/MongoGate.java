package dev.studybuddy.api.mongo;

import com.mongodb.MongoException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What every request passes on its way to MongoDB: while MongoDB is away, it fails at once. */
@Component
public final class MongoGate {

    private static final Logger LOG = LoggerFactory.getLogger(MongoGate.class);

    private final CircuitBreaker breaker;
    private final Semaphore permits;

    MongoGate(MongoReadProperties properties) {
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
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.atInfo()
                        .addKeyValue("transition", event.getStateTransition())
                        .log("Reads from MongoDB change over"));
    }

    /**
     * Reads, when MongoDB is there.
     *
     * @throws MongoAwayException where it is away, too slow, or asked by too many at once
     */
    public <T> T read(Supplier<T> read) {
        if (!permits.tryAcquire()) {
            throw new MongoAwayException("too many requests read MongoDB at once", null);
        }
        try {
            if (!breaker.tryAcquirePermission()) {
                throw new MongoAwayException("MongoDB did not answer just now", null);
            }
            return measured(read);
        } finally {
            permits.release();
        }
    }

    private <T> T measured(Supplier<T> read) {
        long start = breaker.getCurrentTimestamp();
        try {
            T result = read.get();
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            return result;
        } catch (MongoException failed) {
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), failed);
            LOG.atWarn().addKeyValue("error", failed.getMessage()).log("MongoDB doesn't answer a read");
            throw new MongoAwayException("MongoDB does not answer", failed);
        } catch (RuntimeException other) {
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            throw other;
        }
    }
}
