package dev.studybuddy.api.cockroach;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs SERIALIZABLE transactions, and retries them if the database requests it or another transaction held a lock for
 * too long.
 *
 * <p>The body may run several times, so it must contain only SQL. A call inside a transaction joins that transaction,
 * and only the outermost call retries. A single statement needs no call: {@link RetryingStatements} retries it.
 */
@Component
public final class RetryingTransactions {

    private final TransactionTemplate template;
    private final ConflictRetries retries;

    RetryingTransactions(PlatformTransactionManager manager, ConflictRetries retries) {
        // The pool sets SERIALIZABLE on its connections, so that no transaction needs a statement for it.
        this.template = new TransactionTemplate(manager);
        this.retries = retries;
    }

    /**
     * Runs the body in a transaction and returns the result of the committed attempt.
     *
     * @throws RuntimeException the exception of the body, or of the last attempt; {@link SqlFault#of} classifies it
     */
    public <T extends @Nullable Object> T run(Supplier<T> body) {
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? body.get()
                : retries.retry(() -> runOnce(body));
    }

    /**
     * Runs the body in a transaction once, without retries.
     *
     * @throws RuntimeException the exception of the body or of the commit; {@link SqlFault#of} classifies it
     */
    public <T extends @Nullable Object> T runOnce(Supplier<T> body) {
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
}
