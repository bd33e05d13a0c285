package dev.studybuddy.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LoopTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration IN_TIME = Duration.ofSeconds(10);

    private final Semaphore rounds = new Semaphore(0);

    @Test
    void aWakeUpEndsTheWait() throws InterruptedException {
        Loop loop = Loop.every("test", LONG, rounds::release);
        loop.start();
        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        loop.wake();

        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.stop(IN_TIME)).isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void aRoundThatThrowsIsRunAgain() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Backoff backoff = Backoff.between(Duration.ofMillis(1), Duration.ofMillis(2));
        Loop loop = new Loop(
                "test",
                () -> {
                    if (calls.incrementAndGet() < 4) {
                        throw new IllegalStateException("the test's exception");
                    }
                    rounds.release();
                    return LONG.toNanos();
                },
                backoff);
        loop.start();

        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(calls).hasValue(4);
        assertThat(loop.stop(IN_TIME)).isTrue();
    }

    @Test
    void aRoundThatDoesNotEndInTimeIsInterrupted() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Loop loop = new Loop("test", () -> {
            rounds.release();
            try {
                never.await();
            } finally {
                interrupted.countDown();
            }
            return 0;
        });
        loop.start();
        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        assertThat(loop.stop(Duration.ofMillis(1))).isFalse();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStopBeforeTheStartReturnsAtOnce() {
        assertThat(Loop.every("test", LONG, rounds::release).stop(IN_TIME)).isTrue();
    }
}
