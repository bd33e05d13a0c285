package dev.studybuddy.api.operations.outbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Fails the statements that a test selects, like a database in which they take too long. Until the test selects some,
 * the counts of the backlog fail.
 */
final class SlowStatements extends DelegatingDataSource {

    private volatile Predicate<String> selection =
            statement -> statement.contains("AS pending") && statement.contains("LIMIT 200)");

    private SlowStatements(DataSource pool) {
        super(pool);
    }

    static class Injection {

        /** The API wraps its pool in another data source, which this processor wraps again. */
        @Bean
        static BeanPostProcessor slowStatementsPostProcessor() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DelegatingDataSource pool ? new SlowStatements(pool) : bean;
                }
            };
        }
    }

    /** Fails each later statement that the predicate accepts. */
    void select(Predicate<String> slow) {
        selection = slow;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                SlowStatements.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> invoke(connection, method, arguments));
    }

    private @Nullable Object invoke(Connection connection, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("prepareStatement")
                && arguments != null
                && selection.test(String.valueOf(arguments[0]))) {
            throw new SQLTimeoutException("The statement took too long.");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }
}
