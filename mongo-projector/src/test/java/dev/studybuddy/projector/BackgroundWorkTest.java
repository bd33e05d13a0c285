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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.context.support.GenericApplicationContext;

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

    @Test
    void allLoopsStopAtTheSameTime() {
        CountDownLatch stopping = new CountDownLatch(3);
        AtomicInteger stoppedTogether = new AtomicInteger();
        GenericApplicationContext context = new GenericApplicationContext();
        for (int n = 0; n < 3; n++) {
            Work work = new Work(new Loop("work-" + n, () -> TimeUnit.HOURS.toNanos(1)), Duration.ofSeconds(30)) {
                @Override
                public void stop() {
                    super.stop();
                    stopping.countDown();
                    if (awaitOthers(stopping)) {
                        stoppedTogether.incrementAndGet();
                    }
                }
            };
            context.registerBean("work" + n, Work.class, () -> work);
        }
        context.refresh();

        context.close();

        assertThat(stoppedTogether).hasValue(3);
    }

    private static boolean awaitOthers(CountDownLatch stopping) {
        try {
            return stopping.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private long runUntilInterrupted() throws InterruptedException {
        begun.countDown();
        new CountDownLatch(1).await();
        return 0;
    }

    private static class Work implements BackgroundWork {

        private final Loop loop;
        private final Duration stopTimeout;

        Work(Loop loop, Duration stopTimeout) {
            this.loop = loop;
            this.stopTimeout = stopTimeout;
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public Duration stopTimeout() {
            return stopTimeout;
        }

        @Override
        public void stop() {
            BackgroundWork.super.stop();
        }
    }
}
