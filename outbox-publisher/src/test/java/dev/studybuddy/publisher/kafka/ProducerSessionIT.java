package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.kafka.FaultyProxy.Fault;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the behaviour of the Kafka client on which the session rule depends. If a producer with one request in flight
 * ends in the callback of the first record that fails, the records of the session on the log are its first ones,
 * without a gap.
 */
class ProducerSessionIT {

    private static final Logger log = LoggerFactory.getLogger(ProducerSessionIT.class);

    private static final long SEED = Long.getLong("seed", 20_261_127L);
    private static final int PARTITIONS = 4;
    private static final int SESSIONS_PER_PARTITION = Integer.getInteger("sessions", 12);
    private static final int AGGREGATES = 3;
    private static final int RECORDS_PER_SESSION = 150;
    private static final double FAULT_SHARE = 0.12;
    private static final Duration PARTITION_LIMIT = Duration.ofMinutes(2);

    /** This record describes a Kafka record on the log. */
    private record LogRecord(String session, int position, String aggregate, long version) {}

    /** This record is the result of the sessions that one thread ran one after the other on its own partition. */
    private record PartitionResult(Map<String, Long> acknowledged, int endedSessions, int lateRequests) {}

    @Test
    void theLogHoldsTheFirstRecordsOfEachSessionWithoutAGap() throws Exception {
        String topic = createTopic();
        List<PartitionResult> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(PARTITIONS)) {
            List<Future<PartitionResult>> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> pool.submit(() -> runSessions(new TopicPartition(topic, partition))))
                    .toList();
            for (Future<PartitionResult> partition : partitions) {
                results.add(partition.get(PARTITION_LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
        }

        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<LogRecord> records = read(new TopicPartition(topic, partition));
            log.atInfo()
                    .addKeyValue("seed", SEED)
                    .addKeyValue("records", records.size())
                    .addKeyValue("endedSessions", results.get(partition).endedSessions())
                    .addKeyValue("lateRequests", results.get(partition).lateRequests())
                    .log("The sessions of a partition are complete");
            assertNoGapInASession(records);
            assertVersionsInOrder(records, results.get(partition).acknowledged());
        }
        assertThat(results.stream().mapToInt(PartitionResult::endedSessions).sum())
                .as("sessions that ended at a failure")
                .isGreaterThan(PARTITIONS * SESSIONS_PER_PARTITION / 4);
        assertThat(results.stream().mapToInt(PartitionResult::lateRequests).sum())
                .as("requests that arrived after the client had closed the connection")
                .isPositive();
    }

    /** This test shows why a session ends: the client sends the next record although it failed the one before. */
    @Test
    void aSessionThatContinuesAfterAFailureLeavesAGap() throws Exception {
        TopicPartition partition = new TopicPartition(createTopic(), 0);
        AtomicReference<Fault> fault = new AtomicReference<>(Fault.REQUEST_LATE);
        try (FaultyProxy proxy = new FaultyProxy(TestServers.kafkaBootstrapServers(), fault::get)) {
            try (ObservedSession session = new ObservedSession("s", partition, proxy.bootstrapServers())) {
                session.send("a", 1, false);
                assertThat(session.awaitOutcomes(new HashMap<>()).failed()).isEqualTo(1);
                fault.set(Fault.NONE);
                session.send("a", 2, false);
                assertThat(session.awaitOutcomes(new HashMap<>()).acknowledged())
                        .isEqualTo(1);
            }
            proxy.awaitLateRequests();
        }

        assertThat(read(partition).getFirst().version()).isEqualTo(2);
    }

    private static PartitionResult runSessions(TopicPartition partition) throws Exception {
        Random random = new Random(SEED + partition.partition());
        Random faultRandom = new Random(random.nextLong());
        Map<String, Long> acknowledged = IntStream.range(0, AGGREGATES)
                .boxed()
                .collect(Collectors.toMap(number -> "a" + number, number -> 0L, Long::sum, HashMap::new));
        int ended = 0;
        int late = 0;
        FaultyProxy previous = newProxy(faultRandom);
        for (int number = 0; number < SESSIONS_PER_PARTITION; number++) {
            FaultyProxy proxy = newProxy(faultRandom);
            try (ObservedSession session = new ObservedSession("s" + number, partition, proxy.bootstrapServers())) {
                session.sendChains(acknowledged, random, RECORDS_PER_SESSION);
                // The late requests of the session before arrive among the requests of this session.
                previous.releaseLateRequests();
                ended += session.awaitOutcomes(acknowledged).failed() > 0 ? 1 : 0;
            }
            late += end(previous);
            previous = proxy;
        }
        late += end(previous);
        return new PartitionResult(acknowledged, ended, late);
    }

    private static FaultyProxy newProxy(Random faultRandom) throws IOException {
        return new FaultyProxy(TestServers.kafkaBootstrapServers(), () -> randomFault(faultRandom));
    }

    private static int end(FaultyProxy proxy) throws IOException {
        try (proxy) {
            proxy.awaitLateRequests();
            return proxy.lateRequests();
        }
    }

    private static synchronized Fault randomFault(Random random) {
        Fault[] all = Fault.values();
        return random.nextDouble() < FAULT_SHARE ? all[1 + random.nextInt(all.length - 1)] : Fault.NONE;
    }

    private static void assertNoGapInASession(List<LogRecord> records) {
        Map<String, List<Integer>> positions = records.stream()
                .collect(Collectors.groupingBy(
                        LogRecord::session, Collectors.mapping(LogRecord::position, Collectors.toList())));
        assertThat(positions)
                .allSatisfy((session, found) -> assertThat(found)
                        .as("the positions of session %s on the log", session)
                        .containsExactlyElementsOf(
                                IntStream.range(0, found.size()).boxed().toList()));
    }

    private static void assertVersionsInOrder(List<LogRecord> records, Map<String, Long> acknowledged) {
        Map<String, Long> highest = new HashMap<>();
        for (LogRecord one : records) {
            long before = highest.getOrDefault(one.aggregate(), 0L);
            assertThat(one.version())
                    .as("the version of %s after version %s", one, before)
                    .isLessThanOrEqualTo(before + 1);
            highest.merge(one.aggregate(), one.version(), Math::max);
        }
        assertThat(acknowledged)
                .allSatisfy((aggregate, version) -> assertThat(highest.getOrDefault(aggregate, 0L))
                        .as("the highest version of %s on the log", aggregate)
                        .isGreaterThanOrEqualTo(version));
    }

    private static String createTopic() throws Exception {
        String topic = TestServers.newTopicPrefix() + "sessions";
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get(PARTITION_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return topic;
    }

    /** Reads a partition without the proxy. */
    private static List<LogRecord> read(TopicPartition partition) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                TestServers.kafkaBootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        List<LogRecord> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    String[] parts = record.value().split(" ", 3);
                    records.add(new LogRecord(
                            parts[0], Integer.parseInt(parts[1]), record.key(), Long.parseLong(parts[2])));
                });
            }
        }
        return records;
    }
}
