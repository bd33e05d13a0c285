package dev.studybuddy.api.cockroach;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Creates transactions for tests without a database. */
public final class TestTransactions {

    private static final int ATTEMPTS = 3;

    private TestTransactions() {}

    /** Returns transactions that begin and commit nothing, and retry as in production. */
    public static RetryingTransactions withoutDatabase() {
        return failingAfter(Integer.MAX_VALUE);
    }

    /** Returns transactions like {@link #withoutDatabase()}, of which only this many can begin. */
    public static RetryingTransactions failingAfter(int successes) {
        return new RetryingTransactions(
                new NoDatabase(successes),
                new ConflictRetries(new TransactionProperties(ATTEMPTS), new SimpleMeterRegistry()));
    }

    private static final class NoDatabase extends AbstractPlatformTransactionManager {

        private final AtomicInteger successesLeft;

        private NoDatabase(int successes) {
            this.successesLeft = new AtomicInteger(successes);
        }

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            if (successesLeft.getAndDecrement() <= 0) {
                throw new CannotCreateTransactionException("the database is not available");
            }
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }
}
