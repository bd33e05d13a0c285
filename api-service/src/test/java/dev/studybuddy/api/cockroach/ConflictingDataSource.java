package dev.studybuddy.api.cockroach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Fails each different statement outside a transaction once, like a database that resolves a conflict. */
final class ConflictingDataSource extends DelegatingDataSource {

    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private volatile boolean failing;

    private ConflictingDataSource(DataSource pool) {
        super(pool);
    }

    static class Injection {

        @Bean
        static BeanPostProcessor conflictPostProcessor() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DeadlineDataSource pool ? new ConflictingDataSource(pool) : bean;
                }
            };
        }
    }

    /** Begins to fail statements, each of them once. */
    void begin() {
        failed.clear();
        failing = true;
    }

    /** Returns the statements that failed since {@link #begin}, and fails no further one. */
    Set<String> end() {
        failing = false;
        return Set.copyOf(failed);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                ConflictingDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> invoke(connection, method, arguments));
    }

    private @Nullable Object invoke(Connection connection, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (failing
                && method.getName().equals("prepareStatement")
                && arguments != null
                && connection.getAutoCommit()
                && failed.add(String.valueOf(arguments[0]))) {
            throw new SQLException("restart transaction", "40001");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }
}
