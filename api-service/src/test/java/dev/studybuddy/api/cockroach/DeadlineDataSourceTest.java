package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.background.MonotonicClock;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineDataSourceTest {

    private static final Duration DEADLINE = Duration.ofMillis(20);

    private final StubPool pool = new StubPool(1);
    private final DeadlineDataSource connections = new DeadlineDataSource(pool);

    @AfterEach
    void endDeadline() {
        Deadline.end();
    }

    @Test
    void threadsGetAConnectionInTheOrderOfTheirRequests() throws Exception {
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> users = new ArrayList<>();
            try (Connection used = connections.getConnection()) {
                assertThat(used.isClosed()).isFalse();
                for (int number = 1; number <= 5; number++) {
                    int waiting = number;
                    users.add(threads.submit(() -> {
                        try (Connection next = connections.getConnection()) {
                            assertThat(next.isClosed()).isFalse();
                            return order.add(waiting);
                        }
                    }));
                    await().until(() -> connections.waitingThreads() == waiting);
                }
            }
            // A thread that requests a connection only now must not get it before those that wait.
            try (Connection last = connections.getConnection()) {
                assertThat(last.isClosed()).isFalse();
                assertThat(order).containsExactly(1, 2, 3, 4, 5);
            }
            for (Future<?> user : users) {
                user.get();
            }
        }
        assertThat(connections.waitingThreads()).isZero();
    }

    @Test
    void aConnectionThatIsClosedTwiceIsReturnedOnce() throws SQLException {
        Connection connection = connections.getConnection();
        connection.close();
        connection.close();
        assertThat(pool.returned.get()).isEqualTo(1);

        try (Connection only = connections.getConnection()) {
            assertThat(only.isClosed()).isFalse();
            Deadline.begin(DEADLINE, MonotonicClock.SYSTEM);
            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(connections::getConnection)
                    .withMessageContaining("deadline");
        }
    }

    @Test
    void aThreadWaitsForAConnectionAtMostUntilTheTimeoutOfThePool() throws SQLException {
        pool.setConnectionTimeout(250);
        try (Connection used = connections.getConnection()) {
            assertThat(used.isClosed()).isFalse();
            assertThatExceptionOfType(SQLTransientConnectionException.class)
                    .isThrownBy(connections::getConnection)
                    .withMessageContaining("timeout of the pool");
        }
    }

    @Test
    void anAbortedConnectionIsReplacedAfterItIsClosed() throws SQLException {
        Deadline.begin(DEADLINE, MonotonicClock.SYSTEM);
        try (Connection used = connections.getConnection()) {
            assertThat(used.isClosed()).isFalse();
            await().until(() -> pool.aborted.get() == 1);
        }
        Deadline.end();

        try (Connection next = connections.getConnection()) {
            assertThat(next.isClosed()).isFalse();
        }
        assertThat(pool.aborted.get()).isEqualTo(1);
    }

    @Test
    void aFailureOfThePoolTakesNoConnectionFromOtherThreads() throws SQLException {
        pool.failure = new SQLException("refused", "08001");
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(connections::getConnection)
                    .withMessage("refused");
        }
        Deadline.begin(Duration.ofMillis(500), MonotonicClock.SYSTEM);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(connections::getConnection)
                .withMessage("refused");
        Deadline.end();

        pool.failure = null;
        try (Connection next = connections.getConnection()) {
            assertThat(next.isClosed()).isFalse();
        }
    }

    @Test
    void anErrorOfThePoolTakesNoConnectionFromOtherThreads() throws SQLException {
        pool.failure = new NoClassDefFoundError("org/example/Absent");
        assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(connections::getConnection);
        Deadline.begin(Duration.ofMillis(500), MonotonicClock.SYSTEM);
        assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(connections::getConnection);
        Deadline.end();

        pool.failure = null;
        try (Connection next = connections.getConnection()) {
            assertThat(next.isClosed()).isFalse();
        }
    }

    @Test
    void aConnectionThatCameAfterTheDeadlineIsReturned() throws SQLException {
        CountDownLatch slow = new CountDownLatch(1);
        pool.delay = slow;
        Deadline.begin(DEADLINE, MonotonicClock.SYSTEM);
        assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(connections::getConnection);
        Deadline.end();
        assertThat(pool.returned.get()).isZero();

        slow.countDown();
        await().until(() -> pool.returned.get() == 1);
        try (Connection next = connections.getConnection()) {
            assertThat(next.isClosed()).isFalse();
        }
    }

    @Test
    void aFailureToReturnAConnectionTakesNoneFromOtherThreads() throws SQLException {
        pool.failsToClose = true;
        Connection connection = connections.getConnection();
        assertThatExceptionOfType(SQLException.class).isThrownBy(connection::close);

        pool.failsToClose = false;
        try (Connection next = connections.getConnection()) {
            assertThat(next.isClosed()).isFalse();
        }
    }

    /** Provides stub connections without a limit, so that only the class under test limits their number. */
    private static final class StubPool extends HikariDataSource {

        private final AtomicInteger returned = new AtomicInteger();
        private final AtomicInteger aborted = new AtomicInteger();
        private volatile @Nullable Throwable failure;
        private volatile @Nullable CountDownLatch delay;
        private volatile boolean failsToClose;

        StubPool(int size) {
            setMaximumPoolSize(size);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Throwable thrown = failure;
            if (thrown instanceof SQLException refused) {
                throw refused;
            }
            if (thrown instanceof Error error) {
                throw error;
            }
            CountDownLatch slow = delay;
            if (slow != null) {
                try {
                    slow.await();
                } catch (InterruptedException interrupted) {
                    throw new SQLException(interrupted);
                }
            }
            return (Connection) Proxy.newProxyInstance(
                    StubPool.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> invoke(method.getName()));
        }

        private @Nullable Object invoke(String method) throws SQLException {
            if (method.equals("isClosed")) {
                return false;
            }
            if (method.equals("abort")) {
                aborted.incrementAndGet();
            } else if (!method.equals("close")) {
                throw new UnsupportedOperationException(method);
            } else if (failsToClose) {
                throw new SQLException("the connection cannot be closed", "08006");
            } else {
                returned.incrementAndGet();
            }
            return null;
        }
    }
}
