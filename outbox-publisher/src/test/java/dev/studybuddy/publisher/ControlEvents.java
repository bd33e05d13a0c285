package dev.studybuddy.publisher;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Writes ordinary events at a steady rate, and measures how long each takes to arrive at a consumer of its topic. */
final class ControlEvents implements AutoCloseable {

    static final String TYPE = "control";
    private static final Duration SPACING = Duration.ofMillis(10);
    private static final int AGGREGATES = 50;
    private static final Duration USUAL_LAG = Duration.ofMillis(600);
    private static final int USUAL_EVENTS = 100;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final PublisherFixture fixture;
    private final Semaphore stop = new Semaphore(0);
    private final CountDownLatch consuming = new CountDownLatch(1);
    private final CompletableFuture<Integer> written;
    private final CompletableFuture<List<Duration>> lags;
    private final AtomicInteger inARow = new AtomicInteger();
    private final Lock writing = new ReentrantLock();
    private final AtomicInteger arrived = new AtomicInteger();
    /** Only the thread that holds the lock changes the number of written events. */
    private int events;

    private volatile boolean measuring;
    private volatile int expected = Integer.MAX_VALUE;

    /** The topic of the events must exist. */
    ControlEvents(PublisherFixture fixture) {
        this.fixture = fixture;
        this.written = CompletableFuture.supplyAsync(this::write, task -> start("control-writer", task));
        this.lags = CompletableFuture.supplyAsync(this::measure, task -> start("control-consumer", task));
    }

    private static void start(String name, Runnable task) {
        Thread.ofPlatform().name(name).start(task);
    }

    private int write() {
        try {
            consuming.await();
            while (!stop.tryAcquire(SPACING.toMillis(), TimeUnit.MILLISECONDS)) {
                writing.lock();
                try {
                    fixture.write(TYPE, "o" + events % AGGREGATES, 1 + events / AGGREGATES);
                    events++;
                } finally {
                    writing.unlock();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return events;
    }

    /**
     * Runs a change of the table while no event waits. The change locks the table, and the time of this lock would
     * otherwise count as lag.
     */
    void runBetweenEvents(Runnable change) {
        writing.lock();
        try {
            await("each written event arrives").atMost(TIMEOUT).until(() -> arrived.get() == events);
            change.run();
        } finally {
            writing.unlock();
        }
    }

    private List<Duration> measure() {
        Map<UUID, Duration> lagByEvent = new HashMap<>();
        List<Duration> measured = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", fixture.kafka(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(fixture.topic(TYPE)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            consumer.poll(Duration.ofMillis(100));
            partitions.forEach(consumer::position);
            consuming.countDown();
            while (lagByEvent.size() < expected && !written.isCompletedExceptionally()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Duration lag =
                            Duration.between(Instant.parse(PublisherFixture.header(record, "ce_time")), Instant.now());
                    if (lagByEvent.putIfAbsent(UUID.fromString(PublisherFixture.header(record, "ce_id")), lag)
                            == null) {
                        arrived.incrementAndGet();
                        inARow.set(lag.compareTo(USUAL_LAG) < 0 ? inARow.get() + 1 : 0);
                        if (measuring) {
                            measured.add(lag);
                        }
                    }
                }
            }
        }
        return measured;
    }

    /** Waits until events arrive within the usual time, which a program that has just started exceeds. */
    void awaitUsualLag() {
        await("events arrive within the usual time").atMost(TIMEOUT).until(() -> inARow.get() >= USUAL_EVENTS);
        measuring = true;
    }

    /** Stops the writer, waits until each event has arrived, and returns the measured lags, the shortest first. */
    List<Duration> finish() {
        stop.release();
        try {
            expected = written.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return lags.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).stream()
                    .sorted()
                    .toList();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the control events did not arrive", e);
        }
    }

    @Override
    public void close() {
        stop.release();
        expected = 0;
    }
}
