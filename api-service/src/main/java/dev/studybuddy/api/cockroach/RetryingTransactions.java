package dev.studybuddy.api.cockroach;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.background.Backoff;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
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
 * Runs SERIALIZABLE transactions and reads, and retries them if the database requests it.
 *
 * <p>The body may run several times, so it must contain only SQL. A call inside a transaction joins that transaction,
 * and only the outermost call retries.
 */
@Component
public final class RetryingTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingTransactions.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(20), Duration.ofMillis(250));
    /** A retry after a lock timeout needs this time, which is slightly longer than the pool's lock_timeout. */
    private static final Duration LOCK_RETRY_TIME = Duration.ofMillis(600);

    private final TransactionTemplate template;
    private final int attempts;
    private final Counter retries;

    RetryingTransactions(PlatformTransactionManager manager, TransactionProperties properties, MeterRegistry meters) {
        // The pool sets SERIALIZABLE on its connections, so that no transaction needs a statement for it.
        this.template = new TransactionTemplate(manager);
        this.attempts = properties.transactionAttempts();
        this.retries = Counter.builder("api_transaction_retries")
                .description("Retries of transactions that the database requested")
                .register(meters);
    }

    /**
     * Runs the body in a transaction and returns the result of the committed attempt.
     *
     * @throws RuntimeException the exception of the body, or of the last attempt; {@link SqlFault#of} classifies it
     */
    public <T extends @Nullable Object> T run(Supplier<T> body) {
        return isInTransaction() ? body.get() : retry(() -> runOnce(body));
    }

    /**
     * Runs statements that only read, and returns their result. Each statement is a transaction of its own, which needs
     * no round trips for BEGIN and COMMIT. If one statement fails, all of them are retried.
     *
     * @throws RuntimeException the exception of the last attempt; {@link SqlFault#of} classifies it
     */
    public <T extends @Nullable Object> T read(Supplier<T> statements) {
        return isInTransaction() ? statements.get() : retry(statements);
    }

    private <T extends @Nullable Object> T runOnce(Supplier<T> body) {
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
            throw thrown;
        }
    }

    private static boolean isInTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    private <T extends @Nullable Object> T retry(Supplier<T> attempt) {
        for (int number = 1; ; number++) {
            try {
                return attempt.get();
            } catch (RuntimeException thrown) {
                boolean retry = switch (SqlFault.of(thrown)) {
                    case CONTENTION -> backOff(number);
                    // The wait for the lock replaces the backoff; another such wait must fit into the request's
                    // remaining time.
                    case LOCKED -> Deadline.remainingNanos().orElse(Long.MAX_VALUE) > LOCK_RETRY_TIME.toNanos();
                    case DUPLICATE, OUTCOME_UNKNOWN, UNAVAILABLE, OTHER -> false;
                };
                if (!retry || number == attempts) {
                    throw thrown;
                }
                retries.increment();
                LOG.atDebug()
                        .addKeyValue("attempt", number)
                        .log("A transaction conflicted with another transaction; it is retried");
            }
        }
    }

    /** Waits before the next attempt. Returns false if the request's deadline would pass during the wait. */
    private static boolean backOff(int attempt) {
        long nanos = BACKOFF.nanos(attempt - 1);
        if (Deadline.remainingNanos().orElse(Long.MAX_VALUE) <= nanos) {
            return false;
        }
        LockSupport.parkNanos(nanos);
        return !Thread.currentThread().isInterrupted();
    }
}
