package dev.studybuddy.publisher;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Fails each statement that reads pages of the pending index and names one shard, while the test requests it. */
final class FailingPages extends DelegatingDataSource {

    private static final String PAGE = "ORDER BY created_at, id LIMIT";
    /** The server has too little memory for the statement. */
    private static final String OUT_OF_MEMORY = "53200";

    private final int shard;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean failing;

    /**
     * @param shard a shard whose number differs from the limit of each page, because both are integers of a statement
     */
    FailingPages(DataSource delegate, int shard) {
        super(delegate);
        this.shard = shard;
    }

    void setFailing(boolean failing) {
        this.failing = failing;
    }

    /** Returns the number of statements that failed. */
    int failures() {
        return failures.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return proxy(
                Connection.class,
                (method, arguments, result) -> {
                    boolean isPage = method.equals("prepareStatement") && ((String) arguments[0]).contains(PAGE);
                    return isPage ? failingStatement((PreparedStatement) result.get()) : result.get();
                },
                connection);
    }

    private PreparedStatement failingStatement(PreparedStatement statement) {
        Set<Object> values = new HashSet<>();
        return proxy(
                PreparedStatement.class,
                (method, arguments, result) -> {
                    if (method.equals("setInt")) {
                        values.add(arguments[1]);
                    }
                    if (method.startsWith("execute") && failing && values.contains(shard)) {
                        failures.incrementAndGet();
                        throw new SQLException("The test fails the page of shard " + shard, OUT_OF_MEMORY);
                    }
                    return result.get();
                },
                statement);
    }

    /** Calls the method of the wrapped object. */
    private interface Call {
        Object get() throws Throwable;
    }

    private interface Interception {
        Object handle(String method, Object[] arguments, Call result) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Interception interception, T wrapped) {
        return type.cast(Proxy.newProxyInstance(
                FailingPages.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> interception.handle(method.getName(), arguments, () -> {
                    try {
                        return method.invoke(wrapped, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
    }
}
