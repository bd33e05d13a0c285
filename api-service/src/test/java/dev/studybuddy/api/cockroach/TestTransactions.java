package dev.studybuddy.api.cockroach;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Creates transactions for tests without a database. */
public final class TestTransactions {

    private static final int ATTEMPTS = 3;

    private TestTransactions() {}

    /** Returns transactions that begin and commit nothing, and retry as in production. */
    public static RetryingTransactions withoutDatabase() {
        return new RetryingTransactions(
                new NoDatabase(), new ConflictRetries(new TransactionProperties(ATTEMPTS), new SimpleMeterRegistry()));
    }

    private static final class NoDatabase extends AbstractPlatformTransactionManager {

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }
}
