package dev.studybuddy.e2e.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.testkit.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs a publisher on three brokers, of which one fails under load. The load has hot aggregates and up to 100 poison
 * events per second. The failed broker stays in the set of replicas in sync of its partitions until the controller
 * removes it. Until then, sends to all partitions with a replica on it wait, whichever broker leads them, and these
 * sends can also delay other partitions of the same leader. Afterwards, no other partition waits.
 */
class BrokerFailuresIT {

    private static final List<String> TYPES = List.of("order", "invoice");
    private static final Duration LAG_LIMIT = Duration.ofSeconds(1);
    /**
     * This is the delivery timeout of the publisher. A broker answers the requests of one connection in order. Sends to
     * an affected partition, which wait for the failed broker, therefore delay other partitions of the same leader. The
     * delay ends when the controller has removed the failed broker from the replicas in sync, and the records that were
     * sent before have failed by this timeout.
     */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(60);
    private static final int ADMIN_TIMEOUT_MILLIS = 2_000;
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);
    private static final long WARM_UP_SECONDS = 8;
    private static final long FAULT_SECONDS = 20;
    private static final int PARTITIONS = 12;
    private static final long MIN_DEAD_LETTERS = 500;
    private static final long MIN_HOT_EVENTS = 1_000;
    /**
     * A producer session has at most one request in flight to each of the two other brokers. Each of these requests
     * contains the events of at most about ten commits of this load. A commit has five events that are not poison
     * events.
     */
    private static final long MAX_RECORDS_IN_FLIGHT = 2 * 50;

    private KafkaCluster cluster;
    private Publishers publishers;
    private final Semaphore never = new Semaphore(0);

    @BeforeEach
    void start() {
        cluster = KafkaCluster.start(3);
        publishers = new Publishers("brokers", 1, cluster.bootstrapServers(), String.join(",", TYPES));
    }

    @AfterEach
    void end() {
        publishers.close();
        cluster.close();
    }

    @Test
    @Tag("long")
    void afterItsRemovalAKilledBrokerDelaysNoPartitionWithoutAReplicaOnIt() throws Exception {
        Map<TopicPartition, List<Integer>> replicas = new HashMap<>();
        List<List<Integer>> pairs = List.of(List.of(1, 2), List.of(2, 3), List.of(3, 1), List.of(2, 1));
        for (String type : TYPES) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                replicas.put(
                        new TopicPartition(publishers.topic(type), partition), pairs.get(partition % pairs.size()));
            }
        }
        createTopics(replicas, 1);

        runWithFault(replicas, 3, () -> cluster.broker(3).kill(), () -> {});
    }

    @Test
    @Tag("long")
    void aPartitionWithTooFewReplicasInSyncSoonDelaysNoOtherPartition() throws Exception {
        Map<TopicPartition, List<Integer>> replicas = new HashMap<>();
        for (String type : TYPES) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                replicas.put(
                        new TopicPartition(publishers.topic(type), partition),
                        partition % 2 == 0 ? List.of(1, 3) : List.of(3, 1));
            }
        }
        replicas.put(new TopicPartition(publishers.topic("order"), 0), List.of(1, 2));
        createTopics(replicas, 2);

        runWithFault(
                replicas,
                2,
                () -> cluster.broker(2).freeze(),
                () -> cluster.broker(2).unfreeze());
    }

    /**
     * The only replica of one partition, which has a hot aggregate, is on the killed broker, so this partition has no
     * leader during the fault. No other partition has a replica on that broker. Therefore the limit of their lag holds
     * during the whole fault, including the time at which the first records of the leaderless partition expire and end
     * a producer session.
     */
    @Test
    @Tag("long")
    void aPartitionWithoutALeaderDelaysNoHotAggregateElsewhere() throws Exception {
        TopicPartition leaderless = new TopicPartition(publishers.topic("order"), partitionOf(MeasuredLoad.HOT + 0));
        Map<TopicPartition, List<Integer>> replicas = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int leader = 1 + partition % 2;
            // All partitions of a topic have the same number of replicas when it is created.
            replicas.put(new TopicPartition(publishers.topic("order"), partition), List.of(leader));
            replicas.put(new TopicPartition(publishers.topic("invoice"), partition), List.of(leader, 3 - leader));
        }
        replicas.put(leaderless, List.of(3));
        Set<TopicPartition> others = new HashSet<>(replicas.keySet());
        others.remove(leaderless);
        createTopics(replicas, 1);
        publishers.awaitBalanced(List.of(1));
        try (Arrivals arrivals = new Arrivals(cluster.bootstrapServers(), replicas.keySet());
                MeasuredLoad load = new MeasuredLoad(publishers.source(), TYPES, 1)) {
            pass(WARM_UP_SECONDS);
            Instant began = Instant.now();
            cluster.broker(3).kill();
            awaitNoLeader(leaderless);
            pass(FAULT_SECONDS);
            Instant ended = Instant.now();
            long endedSessions = publishers.countEndedProducerSessions(1);
            cluster.broker(3).start();
            Map<Arrivals.Aggregate, Long> committed = load.finish();
            long versions =
                    committed.values().stream().mapToLong(Long::longValue).sum();
            await("all events arrive").atMost(DRAIN_LIMIT).until(() -> arrivals.count() >= versions);

            assertThat(arrivals.faults(committed)).isEmpty();
            assertThat(publishers.countDeadLetters())
                    .as("poison events became dead letters during the fault")
                    .isGreaterThan(MIN_DEAD_LETTERS);
            assertThat(arrivals.p99(Set.of(leaderless), began, ended))
                    .as("the lag of the leaderless partition shows the fault")
                    .isGreaterThan(LAG_LIMIT);
            assertThat(arrivals.count(others, MeasuredLoad.HOT, began, ended))
                    .as("events of hot aggregates in the other partitions")
                    .isGreaterThan(MIN_HOT_EVENTS);
            assertThat(endedSessions).as("ended producer sessions").isPositive();
            long repeats = arrivals.countRepeats(others);
            assertThat(repeats)
                    .as("repeats of the other partitions after %d producer sessions ended", endedSessions)
                    .isLessThanOrEqualTo(endedSessions * MAX_RECORDS_IN_FLIGHT);
            assertThat(arrivals.p99(others, began, ended))
                    .as(
                            "the 99th percentile of the other partitions' lag during the fault. %s",
                            arrivals.lagBySecond(others, began, ended))
                    .isLessThan(LAG_LIMIT);
        }
    }

    @Test
    void thePublisherCreatesItsTopicsWithThreeReplicasAndTwoInSync() throws Exception {
        publishers
                .service(1)
                .setVariable("PUBLISHER_TOPICS_REPLICATIONFACTOR", "3")
                .setVariable("PUBLISHER_TOPICS_MININSYNCREPLICAS", "2");
        publishers.awaitBalanced(List.of(1));

        List<String> topics = TYPES.stream()
                .map(publishers::topic)
                .flatMap(topic -> Stream.of(topic, topic + ".dlt"))
                .toList();
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        try (Admin admin = newAdmin()) {
            await("each broker has the metadata of the new topics")
                    .atMost(REMOVAL_LIMIT)
                    .ignoreException(ExecutionException.class)
                    .untilAsserted(() -> {
                        assertThat(admin.describeTopics(topics)
                                        .allTopicNames()
                                        .get()
                                        .values())
                                .flatExtracting(TopicDescription::partitions)
                                .hasSize(topics.size() * PARTITIONS)
                                .allSatisfy(info -> assertThat(info.replicas()).hasSize(3));
                        assertThat(admin.describeConfigs(resources).all().get().values())
                                .allSatisfy(config -> assertThat(config.get("min.insync.replicas")
                                                .value())
                                        .isEqualTo("2"));
                    });
        }
    }

    /** Injects a fault into a broker under load, and checks lag, order and completeness of the events. */
    private void runWithFault(Map<TopicPartition, List<Integer>> replicas, int broker, Runnable begin, Runnable repair)
            throws Exception {
        Set<TopicPartition> unaffected = new HashSet<>(replicas.keySet());
        unaffected.removeIf(
                partition -> replicas.getOrDefault(partition, List.of()).contains(broker));
        publishers.awaitBalanced(List.of(1));
        try (Arrivals arrivals = new Arrivals(cluster.bootstrapServers(), replicas.keySet());
                MeasuredLoad load = new MeasuredLoad(publishers.source(), TYPES, 1)) {
            pass(WARM_UP_SECONDS);
            Instant began = Instant.now();
            begin.run();
            Set<TopicPartition> affected = new HashSet<>(replicas.keySet());
            affected.removeAll(unaffected);
            Instant isolated = awaitRemoval(broker, affected).plus(DELIVERY_TIMEOUT);
            pass(FAULT_SECONDS);
            Instant ended = Instant.now();
            repair.run();
            Map<Arrivals.Aggregate, Long> committed = load.finish();
            long versions =
                    committed.values().stream().mapToLong(Long::longValue).sum();
            await("all events arrive").atMost(DRAIN_LIMIT).until(() -> arrivals.count() >= versions);

            assertThat(arrivals.faults(committed)).isEmpty();
            assertThat(publishers.countDeadLetters())
                    .as("poison events became dead letters during the fault")
                    .isGreaterThan(MIN_DEAD_LETTERS);
            assertThat(arrivals.p99(affected, began, ended))
                    .as("the lag of the affected partitions shows the fault")
                    .isGreaterThan(LAG_LIMIT);
            assertThat(arrivals.p99(unaffected, isolated, ended))
                    .as(
                            "the 99th percentile of the other partitions' lag, from %s after the fault began. %s",
                            Duration.between(began, isolated), arrivals.lagBySecond(unaffected, began, ended))
                    .isLessThan(LAG_LIMIT);
        }
    }

    /** Waits until no partition counts a broker among its replicas in sync, and returns the time. */
    private Instant awaitRemoval(int broker, Set<TopicPartition> partitions) {
        List<String> topics =
                partitions.stream().map(TopicPartition::topic).distinct().toList();
        try (Admin admin = newAdmin()) {
            await("the controller removes broker " + broker + " from the replicas in sync")
                    .atMost(REMOVAL_LIMIT)
                    .ignoreException(ExecutionException.class)
                    .until(() -> admin.describeTopics(topics).allTopicNames().get().values().stream()
                            .flatMap(topic -> topic.partitions().stream()
                                    .filter(info ->
                                            partitions.contains(new TopicPartition(topic.name(), info.partition()))))
                            .noneMatch(info -> info.isr().stream().anyMatch(node -> node.id() == broker)));
        }
        return Instant.now();
    }

    /** Returns the partition that the publisher chooses for an aggregate. */
    private static int partitionOf(String aggregateId) {
        return BuiltInPartitioner.partitionForKey(aggregateId.getBytes(StandardCharsets.UTF_8), PARTITIONS);
    }

    private void awaitNoLeader(TopicPartition partition) {
        try (Admin admin = newAdmin()) {
            await("the partition has no leader")
                    .atMost(REMOVAL_LIMIT)
                    .ignoreException(ExecutionException.class)
                    .until(() ->
                            admin.describeTopics(List.of(partition.topic())).allTopicNames().get().values().stream()
                                    .flatMap(topic -> topic.partitions().stream())
                                    .anyMatch(info -> info.partition() == partition.partition()
                                            && (info.leader() == null
                                                    || info.leader().isEmpty())));
        }
    }

    private Admin newAdmin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ADMIN_TIMEOUT_MILLIS));
    }

    /** Waits for a fixed time while the load runs. */
    private void pass(long seconds) throws InterruptedException {
        assertThat(never.tryAcquire(seconds, TimeUnit.SECONDS)).isFalse();
    }

    private void createTopics(Map<TopicPartition, List<Integer>> replicas, int minInsyncReplicas) throws Exception {
        Map<String, Map<Integer, List<Integer>>> byTopic = new HashMap<>();
        replicas.forEach((partition, nodes) -> byTopic.computeIfAbsent(partition.topic(), name -> new HashMap<>())
                .put(partition.partition(), nodes));
        List<NewTopic> topics = byTopic.entrySet().stream()
                .map(entry -> new NewTopic(entry.getKey(), entry.getValue())
                        .configs(Map.of(
                                "retention.ms", "-1", "min.insync.replicas", Integer.toString(minInsyncReplicas))))
                .toList();
        try (Admin admin = newAdmin()) {
            admin.createTopics(topics).all().get(DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
