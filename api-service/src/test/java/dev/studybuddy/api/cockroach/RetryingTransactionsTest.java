package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.deadline.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class RetryingTransactionsTest {

    private final RetryingTransactions transactions = TestTransactions.withoutDatabase();
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void aTransactionIsRetriedAsAWhole() {
        assertThat(transactions.<String>run(this::conflictOnce)).isEqualTo("inside");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aTransactionInsideAnotherOneIsRetriedByTheOuterOne() {
        assertThat(transactions.<String>run(() -> transactions.<String>run(this::conflictOnce)))
                .isEqualTo("inside");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aTransactionThatAlwaysConflictsFailsAfterItsLastAttempt() {
        assertThatThrownBy(() -> transactions.<String>run(() -> {
                    attempts.incrementAndGet();
                    throw conflict();
                }))
                .isInstanceOf(CannotAcquireLockException.class);
        assertThat(attempts).hasValue(3);
    }

    @Test
    void aTransactionThatWaitedForALockIsRetriedWhileTimeRemains() {
        assertThat(transactions.<String>run(() -> failOnce(locked()))).isEqualTo("inside");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aTransactionThatWaitedForALockIsNotRetriedNearTheDeadline() {
        Deadline.begin(Duration.ofMillis(100), () -> 0);
        try {
            assertThatThrownBy(() -> transactions.<String>run(() -> failOnce(locked())))
                    .isInstanceOf(CannotAcquireLockException.class);
        } finally {
            Deadline.end();
        }
        assertThat(attempts).hasValue(1);
    }

    /** Conflicts at the first attempt, and returns whether the second one is in a transaction. */
    private String conflictOnce() {
        return failOnce(conflict());
    }

    private String failOnce(RuntimeException failure) {
        if (attempts.incrementAndGet() == 1) {
            throw failure;
        }
        return TransactionSynchronizationManager.isActualTransactionActive() ? "inside" : "outside";
    }

    private static CannotAcquireLockException locked() {
        return new CannotAcquireLockException("locked", new SQLException("lock timeout", "55P03"));
    }

    private static CannotAcquireLockException conflict() {
        return new CannotAcquireLockException("conflict", new SQLException("restart transaction", "40001"));
    }
}
