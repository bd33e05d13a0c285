package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {

    private static final Duration WAIT = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final TopicPartition partition = new TopicPartition("failure-log", 7);
    private final FailureLog failures = new FailureLog(partition, nanos::get);
    private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void captureLog() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void releaseLog() {
        logger.detachAppender(appender);
    }

    @Test
    void repeatedFailuresLogOneStackTraceAndALineAMinute() {
        for (int n = 0; n < 60; n++) {
            failures.recordFailure(new IllegalStateException("the batch fails"), WAIT);
            nanos.addAndGet(WAIT.toNanos());
        }
        assertThat(failures.hasFailures()).isTrue();
        failures.recordSuccess();
        failures.recordSuccess();

        List<ILoggingEvent> lines = appender.list.stream()
                .filter(line -> line.getKeyValuePairs().getFirst().value.equals(partition))
                .toList();
        assertThat(lines).filteredOn(line -> line.getThrowableProxy() != null).hasSize(1);
        assertThat(lines)
                .filteredOn(line -> line.getMessage().contains("still fails"))
                .hasSize(4)
                .last()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .anyMatch(pair ->
                                pair.key.equals("failures") && Long.valueOf(49).equals(pair.value)));
        assertThat(lines)
                .filteredOn(line -> line.getMessage().contains("The partition continues"))
                .hasSize(1);
        assertThat(lines).hasSize(6);
        assertThat(failures.hasFailures()).isFalse();
    }

    @Test
    void aFewOutagesInARowAreNotFailuresOfThePartition() {
        for (int n = 0; n < 10; n++) {
            assertThat(failures.countOutage()).isFalse();
        }
        assertThat(failures.countOutage()).isTrue();

        failures.recordSuccess();

        assertThat(failures.countOutage()).isFalse();
        assertThat(failures.hasFailures()).isFalse();
    }
}
