package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BackgroundWorkTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Work.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final CountDownLatch begun = new CountDownLatch(1);

    @BeforeEach
    void collectLogLines() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopCollecting() {
        logger.detachAppender(appender);
    }

    @Test
    void aRoundThatDoesNotEndInTimeIsLoggedWithTheLoopAndTheTimeout() throws InterruptedException {
        Work work = new Work(new Loop("endless", this::runUntilInterrupted), Duration.ofMillis(50));
        work.start();
        begun.await();

        work.stop();

        assertThat(appender.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .extracting(pair -> pair.key, pair -> String.valueOf(pair.value))
                        .containsExactly(tuple("loop", "endless"), tuple("timeout", "PT0.05S")));
        await().until(() -> !work.isRunning());
    }

    @Test
    void aLoopThatWaitsForItsNextRoundStopsAtOnce() {
        Work work = new Work(new Loop("waiting", () -> TimeUnit.HOURS.toNanos(1)), Duration.ofSeconds(30));
        work.start();
        assertThat(work.isRunning()).isTrue();

        work.stop();

        assertThat(work.isRunning()).isFalse();
        assertThat(appender.list).isEmpty();
    }

    private long runUntilInterrupted() throws InterruptedException {
        begun.countDown();
        new CountDownLatch(1).await();
        return 0;
    }

    private record Work(Loop loop, Duration stopTimeout) implements BackgroundWork {}
}
