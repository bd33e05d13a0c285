package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.testkit.TestServers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes 1 500 records a second to a topic of todos. It advances the journals of generations like a projector that
 * applies each record 400 ms after it was written.
 */
final class SteadyLoad implements AutoCloseable {

    private static final int ROUNDS_PER_SECOND = 10;
    private static final int RECORDS_PER_ROUND = 150;
    private static final int DELAY_ROUNDS = 4;

    private final String topic;
    private final List<ReadModelFixture> generations;
    private final KafkaProducer<String, String> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
            new StringSerializer(),
            new StringSerializer());
    private final long[] written = new long[ReadModelFixture.PARTITIONS];
    private final Deque<long[]> delayed = new ArrayDeque<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong sent = new AtomicLong();
    private final List<Future<RecordMetadata>> results = new ArrayList<>();
    private final ScheduledFuture<?> rounds;

    SteadyLoad(String topic, ReadModelFixture... generations) {
        this.topic = topic;
        this.generations = List.of(generations);
        rounds = thread.scheduleAtFixedRate(this::runRound, 0, 1000 / ROUNDS_PER_SECOND, TimeUnit.MILLISECONDS);
    }

    private void runRound() {
        for (int record = 0; record < RECORDS_PER_ROUND; record++) {
            int partition = (int) (sent.getAndIncrement() % ReadModelFixture.PARTITIONS);
            results.add(producer.send(new ProducerRecord<>(topic, partition, "key", "{}")));
            written[partition]++;
        }
        results.removeIf(Future::isDone);
        delayed.addLast(written.clone());
        if (delayed.size() > DELAY_ROUNDS) {
            long[] applied = delayed.removeFirst();
            generations.forEach(generation -> generation.journals(AggregateType.TODO, applied));
        }
    }

    /** Returns whether no round has failed. */
    boolean isRunning() {
        return !rounds.isDone();
    }

    @Override
    public void close() {
        boolean failed = !isRunning();
        thread.close();
        producer.close();
        if (failed) {
            throw new IllegalStateException("a round of the load failed");
        }
    }
}
