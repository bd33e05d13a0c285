package dev.studybuddy.api.cockroach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs statements, and retries each one that is outside a transaction. A statement outside a transaction is a
 * transaction of its own, which needs no round trips for BEGIN and COMMIT. It had no effect if the database requests
 * its retry. A statement inside a transaction is retried together with its transaction. A callback that adds up rows
 * may receive some rows twice, so that only a statement inside a transaction may have one.
 */
final class RetryingStatements {

    private final JdbcOperations statements;
    private final ConflictRetries retries;

    private RetryingStatements(JdbcOperations statements, ConflictRetries retries) {
        this.statements = statements;
        this.retries = retries;
    }

    /** Returns the same operations with retries. */
    static JdbcOperations of(JdbcOperations statements, ConflictRetries retries) {
        RetryingStatements retrying = new RetryingStatements(statements, retries);
        return (JdbcOperations) Proxy.newProxyInstance(
                RetryingStatements.class.getClassLoader(),
                new Class<?>[] {JdbcOperations.class},
                (proxy, method, arguments) -> retrying.invoke(method, arguments));
    }

    private @Nullable Object invoke(Method method, Object @Nullable [] arguments) {
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? invokeOnce(method, arguments)
                : retries.<@Nullable Object>retry(() -> invokeOnce(method, arguments));
    }

    private @Nullable Object invokeOnce(Method method, Object @Nullable [] arguments) {
        try {
            return method.invoke(statements, arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (thrown.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a statement threw a checked exception", thrown);
        } catch (IllegalAccessException thrown) {
            throw new IllegalStateException("the methods of JdbcOperations are public", thrown);
        }
    }
}
