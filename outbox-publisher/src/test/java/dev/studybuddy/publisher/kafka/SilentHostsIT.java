package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/**
 * Checks how soon a new Kafka client with the settings of the program reaches a broker while other bootstrap servers
 * are silent. A client chooses its first server at random, so each test creates several clients.
 */
class SilentHostsIT {

    private static final int CLIENTS = 3;
    private static final int PARTITIONS = 3;
    /** Two silent servers delay a client by at most 2.4 s. With the default of Kafka, one delays it by 8 s or more. */
    private static final Duration LIMIT = Duration.ofSeconds(7);

    private static final Duration TOPIC_LIMIT = Duration.ofSeconds(60);

    private SilentHost first;
    private SilentHost second;

    @BeforeEach
    void open() throws IOException {
        first = new SilentHost();
        second = new SilentHost();
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
    }

    @Test
    void aNewProducerReachesABrokerSoonAlthoughOtherServersAreSilent() throws Exception {
        String topic = createTopic();
        Map<String, Object> config = config("producer");
        countPartitions(topic, withoutSilentHosts(config, ProducerConfig.MAX_BLOCK_MS_CONFIG));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT.toMillis());

        assertThat(callAtOnce(() -> countPartitions(topic, config)))
                .hasSize(CLIENTS)
                .containsOnly(PARTITIONS);
    }

    @Test
    void aNewAdminClientReachesABrokerSoonAlthoughOtherServersAreSilent() throws Exception {
        Map<String, Object> config = config("admin");
        countBrokers(withoutSilentHosts(config, AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(LIMIT.toMillis()));

        assertThat(callAtOnce(() -> countBrokers(config))).hasSize(CLIENTS).containsOnly(1);
    }

    private static int countPartitions(String topic, Map<String, Object> config) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.partitionsFor(topic).size();
        }
    }

    private static int countBrokers(Map<String, Object> config) throws Exception {
        try (Admin admin = Admin.create(config)) {
            return admin.describeCluster().nodes().get().size();
        }
    }

    /**
     * Returns the configuration of a client that reaches the broker at once. It loads the classes, so that the limit of
     * the other clients covers only their calls.
     *
     * @param timeout the name of the property that limits the time of a call
     */
    private static Map<String, Object> withoutSilentHosts(Map<String, Object> config, String timeout) {
        Map<String, Object> only = new HashMap<>(config);
        only.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers());
        only.put(timeout, Math.toIntExact(TOPIC_LIMIT.toMillis()));
        return only;
    }

    private static List<Integer> callAtOnce(Callable<Integer> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> calls = IntStream.range(0, CLIENTS)
                    .mapToObj(n -> threads.submit(call))
                    .toList();
            assertThat(calls).allSatisfy(one -> assertThat(one).succeedsWithin(TOPIC_LIMIT));
            return calls.stream().map(Future::resultNow).toList();
        }
    }

    /** Returns the properties that the program sets for this kind of client, with the silent servers first. */
    private Map<String, Object> config(String client) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        Map<String, Object> config = new HashMap<>();
        for (String prefix : List.of("spring.kafka.properties", "spring.kafka." + client + ".properties")) {
            config.putAll(Binder.get(environment)
                    .bind(prefix, Bindable.mapOf(String.class, String.class))
                    .orElse(Map.of()));
        }
        config.put(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                String.join(",", first.address(), second.address(), TestServers.kafkaBootstrapServers()));
        return config;
    }

    private static String createTopic() throws Exception {
        String topic = TestServers.newTopicPrefix() + "silent";
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get(TOPIC_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return topic;
    }
}
