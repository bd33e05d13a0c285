package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenerationRunnerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger marks = new AtomicInteger();
    private GenerationRunner runner;

    @AfterEach
    void stop() {
        runner.close();
        assertThat(runner.hasEnded()).isTrue();
    }

    @Test
    void aLostRecordIsReportedUntilTheGenerationIsMarkedAsBroken() {
        start(true, GenerationRunnerTest::throwOutOfRange, reason -> {
            if (marks.incrementAndGet() < 3) {
                throw new IllegalStateException("MongoDB is unavailable");
            }
        });

        await().atMost(TIMEOUT).until(() -> marks.get() >= 4);
        assertThat(runner.hasEnded()).isFalse();
    }

    @Test
    void anErrorDoesNotEndTheThreadOfAGeneration() {
        start(
                true,
                () -> {
                    attempts.incrementAndGet();
                    throw new NoClassDefFoundError("a class is missing");
                },
                reason -> {});

        await().atMost(TIMEOUT).until(() -> attempts.get() >= 3);
        assertThat(runner.hasEnded()).isFalse();
        assertThat(runner.isPolling()).isFalse();
    }

    @Test
    void onlyALiveGenerationIsUnreadyBeforeItsFirstPoll() {
        runner = create(true, GenerationRunnerTest::throwOutOfRange, reason -> {});
        assertThat(runner.isPolling()).isFalse();
        runner.setLive(false);
        assertThat(runner.isPolling()).isFalse();

        AtomicBoolean blocked = new AtomicBoolean(true);
        start(
                false,
                () -> {
                    await().atMost(TIMEOUT).until(() -> !blocked.get());
                    throw new IllegalStateException("no consumer");
                },
                reason -> {});
        assertThat(runner.isPolling()).isTrue();

        blocked.set(false);
        await().atMost(TIMEOUT).until(() -> !runner.isPolling());
    }

    private void start(boolean live, Supplier<GenerationConsumer> consumers, Consumer<String> onBroken) {
        runner = create(live, consumers, onBroken);
        runner.start();
    }

    private static GenerationRunner create(
            boolean live, Supplier<GenerationConsumer> consumers, Consumer<String> onBroken) {
        return new GenerationRunner(
                "study-g1", new GenerationSwitches(live), () -> {}, consumers, onBroken, MonotonicClock.SYSTEM);
    }

    private static GenerationConsumer throwOutOfRange() {
        throw new OffsetOutOfRangeException(Map.of(new TopicPartition("todo", 3), 7L));
    }
}
