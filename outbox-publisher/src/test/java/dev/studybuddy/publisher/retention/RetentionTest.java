package dev.studybuddy.publisher.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.background.Loop;
import dev.studybuddy.publisher.lease.OwnedShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.RowMapper;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    private static final Duration REST = Duration.ofMinutes(1);
    private static final Duration MIN_BACKOFF = Duration.ofMillis(100);

    private final Logger logger = (Logger) LoggerFactory.getLogger(Retention.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final OneRowInEachShard outbox = new OneRowInEachShard();
    private final Retention retention = new Retention(
            outbox,
            OwnedShards.of(NOW, 0, 1),
            () -> 0,
            new SimpleMeterRegistry(),
            new Retention.Settings(true, Duration.ofDays(7), 10, Duration.ofMillis(10), REST));

    @BeforeEach
    void captureLog() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void releaseLog() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    @Test
    void aPassIsLoggedWithItsRows() {
        runPass();

        assertThat(loggedRows()).containsExactly(2L);
    }

    @Test
    void aPassWhoseLastShardFailsIsLoggedWithoutTheRowsOfTheNextOne() {
        outbox.failingShards = Set.of(1);
        retention.deletePage();
        assertThat(retention.deletePage()).as("the wait before the next pass").isEqualTo(REST.toNanos());
        outbox.failingShards = Set.of();

        runPass();

        assertThat(loggedRows()).containsExactly(1L, 2L);
    }

    @Test
    void aShardWhosePageFailsStopsNoOtherShard() {
        outbox.failingShards = Set.of(0);
        assertThat(retention.deletePage()).as("the backoff").isBetween(MIN_BACKOFF.toNanos(), REST.toNanos() / 2);

        assertThat(retention.deletePage()).isEqualTo(REST.toNanos());
        assertThat(loggedRows()).containsExactly(1L);
    }

    @Test
    void theFailuresOfAPassAreLoggedOnce() {
        outbox.failingShards = Set.of(0, 1);

        runPass();

        assertThat(appender.list)
                .filteredOn(line -> line.getLevel().equals(Level.WARN))
                .hasSize(1);
        assertThat(loggedRows()).containsExactly(0L);
    }

    @Test
    void aLoopReportsNoSuccessOfAPassThatFails() {
        outbox.failingShards = Set.of(0, 1);
        AtomicInteger rounds = new AtomicInteger();
        Loop loop = new Loop("retention", () -> {
            rounds.incrementAndGet();
            return retention.deletePage();
        });
        Logger loopLogger = (Logger) LoggerFactory.getLogger(Loop.class);
        ListAppender<ILoggingEvent> loopLog = new ListAppender<>();
        loopLog.start();
        loopLogger.setLevel(Level.INFO);
        loopLogger.addAppender(loopLog);
        try {
            loop.start();
            // The third round begins after the loop has handled the last round of the first pass.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                loop.wake();
                return rounds.get() >= 3;
            });
            assertThat(loop.stop(Duration.ofSeconds(30))).isTrue();
            assertThat(loopLog.list).isEmpty();
        } finally {
            loop.stop(Duration.ZERO);
            loopLogger.detachAppender(loopLog);
            loopLogger.setLevel(null);
        }
    }

    private void runPass() {
        retention.deletePage();
        retention.deletePage();
    }

    private List<Object> loggedRows() {
        return appender.list.stream()
                .flatMap(line -> Stream.ofNullable(line.getKeyValuePairs()).flatMap(List::stream))
                .filter(pair -> pair.key.equals("rows"))
                .map((KeyValuePair pair) -> pair.value)
                .toList();
    }

    /** This table returns one old row of each shard, as often as it is read. */
    private static final class OneRowInEachShard extends JdbcTemplate {

        private volatile Set<Integer> failingShards = Set.of();

        @Override
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            if (failingShards.contains(arguments[0])) {
                throw new QueryTimeoutException("the row is locked");
            }
            try {
                return List.of(mapper.mapRow(row(), 0));
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public int update(String sql, PreparedStatementSetter setter) {
            return 1;
        }

        private static ResultSet row() {
            return (ResultSet) Proxy.newProxyInstance(
                    RetentionTest.class.getClassLoader(),
                    new Class<?>[] {ResultSet.class},
                    (proxy, method, given) -> switch (method.getName()) {
                        case "getString" -> "text";
                        case "getLong" -> 1L;
                        case "getObject" ->
                            given[1] == UUID.class
                                    ? UUID.randomUUID()
                                    : OffsetDateTime.ofInstant(NOW.minus(Duration.ofDays(8)), ZoneOffset.UTC);
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }
    }
}
