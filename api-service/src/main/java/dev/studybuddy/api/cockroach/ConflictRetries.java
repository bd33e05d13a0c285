package dev.studybuddy.api.cockroach;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.background.Backoff;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Retries a transaction, or a statement outside a transaction, if the database requests it or another transaction held
 * a lock for too long.
 */
@Component
final class ConflictRetries {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictRetries.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(20), Duration.ofMillis(250));
    /** A retry after a lock timeout needs this time, which is slightly longer than the pool's lock_timeout. */
    private static final Duration LOCK_RETRY_TIME = Duration.ofMillis(600);

    private final int attempts;
    private final Counter retries;

    ConflictRetries(TransactionProperties properties, MeterRegistry meters) {
        this.attempts = properties.transactionAttempts();
        this.retries = Counter.builder("api_transaction_retries")
                .description("This counter counts the retries of transactions, and of statements outside a transaction,"
                        + " after a conflict with another transaction.")
                .register(meters);
    }

    /**
     * Runs an attempt until it succeeds, fails for another reason, or has failed too often.
     *
     * @param attempt the attempt, which begins and ends its transaction
     * @throws RuntimeException the exception of the last attempt; {@link SqlFault#of} classifies it
     */
    <T extends @Nullable Object> T retry(Supplier<T> attempt) {
        for (int number = 1; ; number++) {
            try {
                return attempt.get();
            } catch (RuntimeException thrown) {
                boolean retry = switch (SqlFault.of(thrown)) {
                    case CONTENTION -> backOff(number);
                    // The wait for the lock replaces the backoff. The request retries only if its remaining time is
                    // longer than another lock timeout.
                    case LOCKED -> Deadline.remainingNanos().orElse(Long.MAX_VALUE) > LOCK_RETRY_TIME.toNanos();
                    case DUPLICATE, OUTCOME_UNKNOWN, UNAVAILABLE, OTHER -> false;
                };
                if (!retry || number == attempts) {
                    throw thrown;
                }
                retries.increment();
                LOG.atDebug()
                        .addKeyValue("attempt", number)
                        .log("A transaction conflicted with another transaction; the service retries it");
            }
        }
    }

    /**
     * Waits before the next attempt. Returns false if the request's deadline would pass during the wait, or if the
     * thread is interrupted.
     */
    private static boolean backOff(int attempt) {
        long nanos = BACKOFF.nanos(attempt - 1);
        if (Deadline.remainingNanos().orElse(Long.MAX_VALUE) <= nanos) {
            return false;
        }
        LockSupport.parkNanos(nanos);
        return !Thread.currentThread().isInterrupted();
    }
}
