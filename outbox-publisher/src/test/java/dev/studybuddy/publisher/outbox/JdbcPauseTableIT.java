package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

class JdbcPauseTableIT {

    private final TestDatabase database = OutboxDatabases.newDatabase();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final JdbcPauseTable table = new JdbcPauseTable(jdbc, () -> 0);
    private final Logger logger = (Logger) LoggerFactory.getLogger(JdbcPauseTable.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void captureLog() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void releaseLogAndDatabase() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        database.close();
    }

    @Test
    void ignoredTypesAreLoggedOnce() {
        jdbc.update("INSERT INTO outbox_pause (aggregate_type, paused_by, reason)"
                + " SELECT 'type-' || CAST(n AS TEXT), 'operator', 'test' FROM generate_series(1, 1000) AS n");
        assertThat(table.read()).hasSize(1000);
        assertThat(appender.list).as("lines while no type is ignored").isEmpty();

        pause("user");
        pause("zone");
        assertThat(table.read()).hasSize(1000).doesNotContain("user", "zone");
        table.read();

        assertThat(appender.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);

        resume("user");
        table.read();
        assertThat(appender.list).as("lines while a type is still ignored").hasSize(1);
        resume("zone");
        table.read();
        table.read();
        pause("user");
        table.read();
        assertThat(appender.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.WARN, Level.INFO, Level.WARN);
    }

    private void pause(String type) {
        jdbc.update(
                "INSERT INTO outbox_pause (aggregate_type, paused_by, reason) VALUES (?, 'operator', 'test')", type);
    }

    private void resume(String type) {
        jdbc.update("DELETE FROM outbox_pause WHERE aggregate_type = ?", type);
    }
}
