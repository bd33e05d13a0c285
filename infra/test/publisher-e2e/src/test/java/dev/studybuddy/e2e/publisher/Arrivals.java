package dev.studybuddy.e2e.publisher;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all events as they arrive, and measures the time from the write of each event to its first arrival. */
final class Arrivals implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final long END_LIMIT_SECONDS = 60;

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final Future<?> reader;
    private volatile boolean stopped;

    /** This record identifies an aggregate by its type and its id. */
    record Aggregate(String type, String id) {}

    /** An arrival is a record that the reader received. */
    private record Arrival(
            TopicPartition partition, Aggregate aggregate, long version, Instant writtenAt, Duration lag) {}

    Arrivals(String bootstrapServers, Collection<TopicPartition> partitions) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                2_000,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        this.reader = pool.submit(() -> {
            try (KafkaConsumer<String, String> consumer =
                    new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(partitions);
                while (!stopped) {
                    consumer.poll(POLL).forEach(record -> arrivals.add(toArrival(record)));
                }
            }
        });
    }

    private static Arrival toArrival(ConsumerRecord<String, String> record) {
        Instant writtenAt = Instant.ofEpochMilli(Long.parseLong(record.value()));
        return new Arrival(
                new TopicPartition(record.topic(), record.partition()),
                new Aggregate(header(record, "ce_aggregatetype"), record.key()),
                Long.parseLong(header(record, "ce_aggregateversion")),
                writtenAt,
                Duration.between(writtenAt, Instant.now()));
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /**
     * Returns the sum of the highest versions that arrived, which is the number of different versions if none is
     * missing.
     */
    long count() {
        return highest().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<Aggregate, Long> highest() {
        Map<Aggregate, Long> highest = new HashMap<>();
        arrivals.forEach(one -> highest.merge(one.aggregate(), one.version(), Math::max));
        return highest;
    }

    /**
     * Returns a description of each arrival that does not follow its predecessor, and of each aggregate whose last
     * committed version did not arrive.
     */
    List<String> faults(Map<Aggregate, Long> committed) {
        List<String> faults = new ArrayList<>();
        Map<Aggregate, Long> highest = new HashMap<>();
        for (Arrival one : arrivals) {
            long before = highest.getOrDefault(one.aggregate(), 0L);
            if (one.version() > before + 1) {
                faults.add(one + " came after version " + before);
            }
            highest.merge(one.aggregate(), one.version(), Math::max);
        }
        committed.forEach((aggregate, version) -> {
            if (highest.getOrDefault(aggregate, 0L) < version) {
                faults.add(aggregate + " has " + version + " versions, but " + highest.get(aggregate) + " arrived");
            }
        });
        return faults;
    }

    /** Returns the number of records of these partitions that repeat a version that arrived before. */
    long countRepeats(Set<TopicPartition> partitions) {
        List<String> versions = arrivals.stream()
                .filter(one -> partitions.contains(one.partition()))
                .map(one -> one.aggregate() + " " + one.version())
                .toList();
        return versions.size() - versions.stream().distinct().count();
    }

    /**
     * Returns the number of events of these partitions and of aggregates with this prefix that were written between two
     * times.
     */
    long count(Set<TopicPartition> partitions, String prefix, Instant from, Instant to) {
        return firstArrivals(partitions, from, to)
                .filter(one -> one.aggregate().id().startsWith(prefix))
                .count();
    }

    /** Returns the 99th percentile of the lag of these partitions' events that were written between two times. */
    Duration p99(Set<TopicPartition> partitions, Instant from, Instant to) {
        List<Duration> sorted =
                firstArrivals(partitions, from, to).map(Arrival::lag).sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalStateException("No event was written to " + partitions + " from " + from + " to " + to);
        }
        return sorted.get((sorted.size() - 1) * 99 / 100);
    }

    /**
     * Returns a sentence that states the longest lag of these partitions' events for each second after {@code from} in
     * which events were written.
     */
    String lagBySecond(Set<TopicPartition> partitions, Instant from, Instant to) {
        Map<Long, Long> longest = new TreeMap<>();
        firstArrivals(partitions, from, to)
                .forEach(one -> longest.merge(
                        Duration.between(from, one.writtenAt()).toSeconds(),
                        one.lag().toMillis(),
                        Math::max));
        return "The longest lag in ms by the second is " + longest;
    }

    private Stream<Arrival> firstArrivals(Set<TopicPartition> partitions, Instant from, Instant to) {
        Map<String, Arrival> first = new HashMap<>();
        arrivals.stream()
                .filter(one -> partitions.contains(one.partition()))
                .filter(one -> one.writtenAt().isAfter(from) && one.writtenAt().isBefore(to))
                .forEach(one -> first.putIfAbsent(one.aggregate() + " " + one.version(), one));
        return first.values().stream();
    }

    /** Stops the reader. */
    @Override
    public void close() throws ExecutionException, TimeoutException {
        stopped = true;
        try {
            reader.get(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The reader of the topics did not end", e);
        } finally {
            pool.shutdownNow();
        }
    }
}
