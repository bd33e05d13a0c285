package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.publisher.kafka.FaultyProxy.Fault;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the promise of a producer session with a real broker, and with it the behaviour of the Kafka client on which
 * the session rule depends. The session has one request in flight and closes its producer in the callback of the first
 * record that fails, so its records on the log are its first ones, without a gap. {@code -Dseed=…} sets the source of
 * the random choices, and {@code -Dsessions=…} sets the number of sessions of each partition.
 */
class ProducerSessionIT {

    private static final Logger log = LoggerFactory.getLogger(ProducerSessionIT.class);

    private static final long SEED = Long.getLong("seed", 20_261_127L);
    private static final int PARTITIONS = 4;
    private static final int SESSIONS_PER_PARTITION = Integer.getInteger("sessions", 12);
    private static final int AGGREGATES = 3;
    private static final int RECORDS_PER_SESSION = 150;
    private static final double FAULT_SHARE = 0.12;
    /** The records of most sessions expire soon, so that a test runs many sessions. */
    private static final Duration SHORT_REQUEST_TIMEOUT = Duration.ofMillis(400);
    /** With this timeout, a record expires late enough that a test acts before, even if other tests delay the test. */
    private static final Duration LONG_REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration PARTITION_LIMIT = Duration.ofMinutes(4);
    private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(60);

    /** This record describes a Kafka record on the log. */
    private record LogRecord(String session, int position, String aggregate, long version) {}

    /** This record is the result of the sessions that one thread ran one after the other on its own partition. */
    private record PartitionResult(
            Map<String, Long> acknowledged, int endedSessions, int lateRequests, int mostInFlight) {}

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
        assertThat(results)
                .extracting(PartitionResult::mostInFlight)
                .as("the most requests of a session in flight, by partition")
                .containsOnly(1);
    }

    /**
     * The test hands the second record over when the client repeats the request of the first one. Therefore the second
     * record expires later than the first one, and a producer that stayed open would send it.
     */
    @Test
    void aRecordThatWaitsInTheProducerIsNotSentAfterTheOneBeforeFailed() throws Exception {
        TopicPartition partition = new TopicPartition(createTopic(), 0);
        AtomicReference<Fault> fault = new AtomicReference<>(Fault.REQUEST_LATE);
        try (FaultyProxy proxy = new FaultyProxy(TestServers.kafkaBootstrapServers(), fault::get)) {
            try (ObservedSession session =
                    new ObservedSession("s", partition, proxy.bootstrapServers(), LONG_REQUEST_TIMEOUT)) {
                assertThat(session.send("a", 1)).isTrue();
                await("the client repeats the request").atMost(OUTCOME_LIMIT).until(() -> proxy.produceRequests() == 2);
                fault.set(Fault.NONE);
                assertThat(session.send("a", 2)).isTrue();

                assertThat(session.awaitOutcomes(new HashMap<>())).isEqualTo(new ObservedSession.Outcomes(0, 2));
                assertThat(session.send("a", 3))
                        .as("the session accepts version 3")
                        .isFalse();
            }
            proxy.awaitLateRequests();
        }

        assertThat(read(partition)).extracting(LogRecord::version).doesNotContain(2L);
    }

    /** This test shows why a session ends: the client sends the next record although the record before it failed. */
    @Test
    void aSessionThatContinuesAfterAFailureLeavesAGap() throws Exception {
        TopicPartition partition = new TopicPartition(createTopic(), 0);
        AtomicReference<Fault> fault = new AtomicReference<>(Fault.REQUEST_LATE);
        try (FaultyProxy proxy = new FaultyProxy(TestServers.kafkaBootstrapServers(), fault::get)) {
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    ObservedSession.config(proxy.bootstrapServers(), LONG_REQUEST_TIMEOUT),
                    new StringSerializer(),
                    new StringSerializer())) {
                assertThat(send(producer, partition, 1))
                        .failsWithin(OUTCOME_LIMIT)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(TimeoutException.class);
                fault.set(Fault.NONE);
                assertThat(send(producer, partition, 2)).succeedsWithin(OUTCOME_LIMIT);
            }
            proxy.awaitLateRequests();
        }

        assertThat(read(partition).getFirst().version()).isEqualTo(2);
    }

    private static Future<RecordMetadata> send(
            KafkaProducer<String, String> producer, TopicPartition partition, int version) {
        return producer.send(new ProducerRecord<>(
                partition.topic(), partition.partition(), "a", ObservedSession.value("s", version - 1, version)));
    }

    private static PartitionResult runSessions(TopicPartition partition) throws Exception {
        Random random = new Random(SEED + partition.partition());
        Random faultRandom = new Random(random.nextLong());
        Map<String, Long> acknowledged = IntStream.range(0, AGGREGATES)
                .boxed()
                .collect(Collectors.toMap(number -> "a" + number, number -> 0L, Long::sum, HashMap::new));
        int ended = 0;
        int late = 0;
        int mostInFlight = 0;
        FaultyProxy previous = newProxy(faultRandom);
        for (int number = 0; number < SESSIONS_PER_PARTITION; number++) {
            FaultyProxy proxy = newProxy(faultRandom);
            try (ObservedSession session =
                    new ObservedSession("s" + number, partition, proxy.bootstrapServers(), SHORT_REQUEST_TIMEOUT)) {
                session.sendChains(acknowledged, random, RECORDS_PER_SESSION);
                // The late requests of the session before arrive among the requests of this session.
                previous.releaseLateRequests();
                ended += session.awaitOutcomes(acknowledged).failed() > 0 ? 1 : 0;
            }
            late += end(previous);
            mostInFlight = Math.max(mostInFlight, proxy.mostInFlight());
            previous = proxy;
        }
        late += end(previous);
        return new PartitionResult(acknowledged, ended, late, mostInFlight);
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
