package dev.studybuddy.api.cockroach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs statements, and retries a statement outside a transaction after a conflict or a lock timeout. A statement
 * outside a transaction is a transaction of its own, which needs no round trips for BEGIN and COMMIT. After such a
 * failure, the statement had no effect. A statement inside a transaction is retried together with its transaction. A
 * failed attempt may already have passed rows to a callback, and the next attempt passes them again. Therefore a
 * statement outside a transaction must not have a callback that accumulates rows.
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
