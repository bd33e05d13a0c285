package dev.studybuddy.api.cockroach;

import dev.studybuddy.api.ApiProperties;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs SERIALIZABLE transactions, and runs them again when the database asks for it.
 *
 * <p>The body may run several times: nothing but SQL belongs in it. Called inside a transaction it joins that one, and
 * the outermost call retries.
 */
@Component
public final class RetryingTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingTransactions.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    /** The pool's lock_timeout, and a little. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(600);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final TransactionTemplate template;
    private final int attempts;
    private final Counter retries;

    RetryingTransactions(PlatformTransactionManager manager, ApiProperties properties, MeterRegistry meters) {
        // SERIALIZABLE is the pool's isolation, so that no transaction pays a statement for it.
        this.template = new TransactionTemplate(manager);
        this.attempts = properties.transactionAttempts();
        this.retries = Counter.builder("api_transaction_retries")
                .description("Transactions run again because the database asked for it")
                .register(meters);
    }

    /**
     * What the body returned in the attempt that was committed.
     *
     * @throws RuntimeException the body's own, or the last attempt's; {@link SqlFault#of} says what it means
     */
    public <T extends @Nullable Object> T run(Supplier<T> body) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return body.get();
        }
        for (int attempt = 1; ; attempt++) {
            AtomicBoolean committing = new AtomicBoolean();
            try {
                return template.<T>execute(status -> {
                    T result = body.get();
                    committing.set(true);
                    return result;
                });
            } catch (RuntimeException thrown) {
                if (committing.get() && SqlFault.of(thrown) == SqlFault.UNAVAILABLE) {
                    throw new CommitOutcomeUnknownException(thrown);
                }
                boolean again = switch (SqlFault.of(thrown)) {
                    case CONTENTION -> pause(attempt);
                    // The wait for the lock was the pause; another one must fit into what the request has left.
                    case LOCKED -> Deadline.remainingNanos().orElse(Long.MAX_VALUE) > LOCK_WAIT.toNanos();
                    case DUPLICATE, OUTCOME_UNKNOWN, UNAVAILABLE, OTHER -> false;
                };
                if (!again || attempt == attempts) {
                    throw thrown;
                }
                retries.increment();
                LOG.atDebug().addKeyValue("attempt", attempt).log("A transaction met another one and is run again");
            }
        }
    }

    /** Waits before the next attempt; false where the request's deadline would pass meanwhile. */
    private static boolean pause(int attempt) {
        long most = Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(attempt, 10));
        long nanos = ThreadLocalRandom.current().nextLong(most / 4, most);
        if (Deadline.remainingNanos().orElse(Long.MAX_VALUE) <= nanos) {
            return false;
        }
        LockSupport.parkNanos(nanos);
        return !Thread.currentThread().isInterrupted();
    }
}
