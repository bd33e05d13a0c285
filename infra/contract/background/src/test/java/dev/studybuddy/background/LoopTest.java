package dev.studybuddy.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
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
    void aCheckedExceptionThatIsNotDeclaredIsRetriedToo() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Loop loop = new Loop(
                "test",
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw LoopTest.<RuntimeException>undeclared(new IOException("the test's exception"));
                    }
                    rounds.release();
                    return LONG.toNanos();
                },
                Backoff.between(Duration.ofMillis(1), Duration.ofMillis(2)));
        loop.start();

        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.hasEndedUnexpectedly()).isFalse();
        assertThat(loop.stop(IN_TIME)).isTrue();
    }

    @Test
    void anErrorEndsTheThreadAndIsHandledOnce() throws InterruptedException {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        Loop loop = new Loop(
                "test",
                () -> {
                    threads.add(Thread.currentThread());
                    throw new StackOverflowError("the test's error");
                },
                (name, error) -> handled.add(name + ": " + error.getMessage()));
        assertThat(loop.hasEndedUnexpectedly()).as("ended before the start").isFalse();
        loop.start();

        assertThat(handled.poll(10, TimeUnit.SECONDS)).isEqualTo("test: the test's error");
        assertThat(threads.remove().join(IN_TIME)).isTrue();
        assertThat(loop.isRunning()).isFalse();
        assertThat(loop.hasEndedUnexpectedly()).isTrue();
        assertThat(threads).as("threads of further rounds").isEmpty();
        assertThat(handled).isEmpty();
    }

    @Test
    void aLoopThatWasStoppedHasNotEndedUnexpectedly() throws InterruptedException {
        Loop loop = Loop.every("test", LONG, rounds::release);
        loop.start();
        assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        assertThat(loop.stop(IN_TIME)).isTrue();

        assertThat(loop.isRunning()).isFalse();
        assertThat(loop.hasEndedUnexpectedly()).isFalse();
    }

    @Test
    void theThreadDoesNotKeepTheProgramAlive() throws InterruptedException {
        BlockingQueue<Boolean> daemon = new LinkedBlockingQueue<>();
        Loop loop = new Loop("test", () -> {
            daemon.add(Thread.currentThread().isDaemon());
            return LONG.toNanos();
        });
        loop.start();

        assertThat(daemon.poll(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.stop(IN_TIME)).isTrue();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E undeclared(Exception exception) throws E {
        throw (E) exception;
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
