package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.journal.BatchGroupRunner;
import dev.studybuddy.projector.kafka.PollBudget;
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GenerationRunnerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration MAX_POLL_AGE = Duration.ofSeconds(10);

    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger marks = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final Logger logger = (Logger) LoggerFactory.getLogger(GenerationRunner.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private GenerationRunner runner;

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        runner.close();
        assertThat(runner.hasEnded()).isTrue();
    }

    @Test
    void aRunnerThatFindsALostRecordReportsItAgainAndDoesNotEnd() {
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
    void aLiveGenerationIsUnreadyBeforeItsFirstPollAndABuildingOneLater() {
        runner = create(true, GenerationRunnerTest::throwOutOfRange, reason -> {});
        assertThat(runner.isPolling()).isFalse();
        runner.setLive(false);
        assertThat(runner.isPolling()).isFalse();

        AtomicBoolean blocked = new AtomicBoolean(true);
        start(
                false,
                () -> {
                    attempts.incrementAndGet();
                    await().atMost(TIMEOUT).until(() -> !blocked.get());
                    throw new IllegalStateException("no consumer");
                },
                reason -> {});
        assertThat(runner.isPolling()).isTrue();

        blocked.set(false);
        await().atMost(TIMEOUT).until(() -> attempts.get() >= 2);
        assertThat(runner.isPolling()).isTrue();

        nanos.addAndGet(MAX_POLL_AGE.toNanos());
        assertThat(runner.isPolling()).isFalse();
    }

    @Test
    void aShortFaultDoesNotMakeAGenerationUnready() {
        AtomicBoolean fails = new AtomicBoolean();
        start(
                true,
                () -> {
                    attempts.incrementAndGet();
                    if (fails.get()) {
                        throw new KafkaException("no broker is available");
                    }
                    return createConsumer(fails);
                },
                reason -> {});
        await().atMost(TIMEOUT).until(() -> runner.isPolling());

        fails.set(true);
        await().atMost(TIMEOUT).until(() -> attempts.get() >= 3);
        assertThat(runner.isPolling()).isTrue();
        nanos.addAndGet(MAX_POLL_AGE.toNanos());
        assertThat(runner.isPolling()).isFalse();

        fails.set(false);
        await().atMost(TIMEOUT).until(() -> {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            return runner.isPolling();
        });
    }

    /** The end of a consumer takes 2.5 s here, as for a consumer that cannot commit its offsets. */
    @Test
    void oneFailureDoesNotMakeAGenerationUnready() {
        AtomicInteger polls = new AtomicInteger();
        start(
                true,
                () -> {
                    attempts.incrementAndGet();
                    return createConsumer(() -> {
                        if (polls.incrementAndGet() == 2) {
                            nanos.addAndGet(Duration.ofMillis(2500).toNanos());
                            throw new KafkaException("the connection was cut");
                        }
                    });
                },
                reason -> {});
        await().atMost(TIMEOUT).until(() -> attempts.get() == 2 && polls.get() > 2);

        for (int step = 0; step < 20; step++) {
            nanos.addAndGet(Duration.ofMillis(500).toNanos());
            int before = polls.get();
            // The runner records the end of a poll before it begins the next one.
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(1)).until(() -> polls.get() >= before + 2);
            assertThat(runner.isPolling()).isTrue();
        }
        assertThat(attempts).hasValue(2);
    }

    /** The first poll of each consumer succeeds, as for a topic with a record that no consumer can read. */
    @Test
    void aConsumerThatFailsSoonAfterEachStartIsRetriedAtGrowingIntervals() {
        captureLog();
        AtomicInteger polls = new AtomicInteger();
        long startedNanos = System.nanoTime();
        start(
                true,
                () -> {
                    attempts.incrementAndGet();
                    return createConsumer(() -> {
                        int poll = polls.incrementAndGet();
                        if (poll == 2 * 3) {
                            nanos.addAndGet(MAX_POLL_AGE.toNanos());
                        }
                        if (poll % 2 == 0) {
                            throw new KafkaException("a record is corrupt");
                        }
                    });
                },
                reason -> {});

        await().atMost(TIMEOUT).until(() -> attempts.get() >= 6);

        // The five waits between the six attempts take at least half of 100, 200, 400, 800 and 1600 ms.
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isGreaterThan(Duration.ofMillis(1500));
        assertThat(runner.isPolling()).isFalse();
        assertThat(List.copyOf(appender.list))
                .filteredOn(line -> line.getLevel().equals(Level.WARN))
                .hasSize(1);
    }

    private void captureLog() {
        appender.start();
        logger.addAppender(appender);
    }

    /** Creates a consumer without partitions. Its polls fail while the flag is true. */
    private GenerationConsumer createConsumer(AtomicBoolean fails) {
        return createConsumer(() -> {
            if (fails.get()) {
                throw new KafkaException("the connection was cut");
            }
        });
    }

    /**
     * Creates a consumer without partitions.
     *
     * @param beforePoll runs before each poll
     */
    private GenerationConsumer createConsumer(Runnable beforePoll) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none") {
            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                beforePoll.run();
                return super.poll(timeout);
            }
        };
        Throttle throttle = new Throttle(new LiveLag(nanos::get), Duration.ofSeconds(5), () -> true, () -> false);
        return new GenerationConsumer(
                kafka,
                new ConsumerPositions("study-g1", kafka, new LeaderWaits(registry, nanos::get), nanos::get),
                new PolledRecords(
                        kafka,
                        new PollBudget(),
                        new SchemaGate("study-g1", 1, () -> 1, new SchemaWaits(registry, nanos::get), nanos::get)),
                new UnauthorizedTopics(
                        "study-g1", List.of("todo"), new PermissionWaits(registry, nanos::get), nanos::get),
                partition -> {
                    throw new UnsupportedOperationException();
                },
                throttle,
                new TaskExecutor(
                        2,
                        new TaskRunner(
                                new BatchGroupRunner(new InMemoryJournals(), (session, deadLetters) -> {}),
                                new BatchCircuitBreaker(registry),
                                throttle,
                                new RefusedWrites(registry, nanos::get),
                                "study-g1"),
                        nanos::get),
                new BatchLimits(100, 1_000_000),
                nanos::get);
    }

    private void start(boolean live, Supplier<GenerationConsumer> consumers, Consumer<String> onBroken) {
        runner = create(live, consumers, onBroken);
        runner.start();
    }

    private GenerationRunner create(boolean live, Supplier<GenerationConsumer> consumers, Consumer<String> onBroken) {
        return new GenerationRunner("study-g1", new GenerationFlags(live), () -> {}, consumers, onBroken, nanos::get);
    }

    private static GenerationConsumer throwOutOfRange() {
        throw new OffsetOutOfRangeException(Map.of(new TopicPartition("todo", 3), 7L));
    }
}
