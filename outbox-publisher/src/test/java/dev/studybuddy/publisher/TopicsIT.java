package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test shows which topics a publisher creates, accepts, reports and blocks. */
class TopicsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** Checks of one type after another would take far longer, and other tests may use the processors. */
    private static final Duration DELAY_LIMIT = Duration.ofSeconds(10);

    /** The broker's own limit of a record is 1 MiB. */
    private static final String TOO_LARGE = "{\"t\": \"" + "x".repeat(1_500_000) + "\"}";

    private PublisherFixture fixture;
    private Admin admin;

    @BeforeEach
    void open() {
        fixture = PublisherFixture.onSharedServers();
        admin = Admin.create(Map.of("bootstrap.servers", fixture.kafka()));
    }

    @AfterEach
    void close() {
        admin.close();
        fixture.close();
    }

    @Test
    void aCreatedTopicKeepsItsRecordsAndHasTheMinimumOfTheSettings() throws Exception {
        fixture.set("publisher.topics.types", "todo");
        fixture.start();
        fixture.write("todo", "a", 1);
        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

        assertThat(settingsOf(fixture.topic("todo")))
                .containsExactlyInAnyOrder("cleanup.policy=delete", "retention.ms=-1", "min.insync.replicas=1");
    }

    @Test
    void aCreatedDeadLetterTopicHasAFiniteRetentionAndIsNotWeak() throws Exception {
        fixture.set("publisher.topics.types", "todo").set("publisher.topics.dead-letter-retention", "36h");
        PublisherFixture.Instance instance = fixture.start();
        fixture.write("todo", "a", 1);
        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

        assertThat(settingsOf(fixture.topic("todo") + ".dlt"))
                .containsExactlyInAnyOrder("cleanup.policy=delete", "retention.ms=129600000", "min.insync.replicas=1");
        assertThat(instance.publisher().topicMonitor().weakTopics()).isEmpty();
    }

    @Test
    void aTopicThatTheClusterCannotReplicateIsBlockedAlone() throws Exception {
        createTopic("todo", 12, Map.of());
        fixture.set("publisher.topics.types", "todo,user")
                .set("publisher.topics.replication-factor", "3")
                .set("publisher.topics.min-insync-replicas", "2");
        PublisherFixture.Instance instance = fixture.start();
        fixture.write("user", "u", 1);
        fixture.write("todo", "a", 1);

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 1);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(blockedTypes(instance))
                        .containsOnlyKeys("user")
                        .hasEntrySatisfying(
                                "user",
                                reason -> assertThat(reason)
                                        .contains("publisher.topics.replication-factor = 3")
                                        .contains("InvalidReplicationFactorException")));
        assertThat(brokerFailure(instance)).isNull();
    }

    @Test
    void aWeakTopicIsUsedAndReported() throws Exception {
        createTopic("todo", 12, Map.of("retention.ms", "604800000"));
        fixture.set("publisher.topics.types", "todo")
                .set("publisher.topics.create", "false")
                .set("publisher.topics.replication-factor", "3")
                .set("publisher.topics.min-insync-replicas", "2");
        PublisherFixture.Instance instance = fixture.start();
        fixture.write("todo", "a", 1);

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        // The monitor releases the events of a topic before it records the weaknesses.
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(instance.publisher().topicMonitor().weakTopics())
                    .containsOnlyKeys(fixture.topic("todo"))
                    .hasEntrySatisfying(
                            fixture.topic("todo"),
                            weaknesses -> assertThat(weaknesses)
                                    .contains("1 replicas")
                                    .contains("min.insync.replicas = 1")
                                    .contains("retention.ms = 604800000"));
            assertThat(instance.registry().get("outbox.weak.topics").gauge().value())
                    .isEqualTo(1);
        });
    }

    @Test
    void aTypeThatGivesNoTopicNameIsDeadLettered() {
        fixture.dropChecks();
        PublisherFixture.Instance instance = fixture.start();
        fixture.write("bad type", "b", 1);
        fixture.write("x".repeat(300), "b", 1);
        fixture.write("todo", "a", 1);

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        assertThat(fixture.jdbc.queryForList(
                        "SELECT last_error FROM outbox WHERE dead_lettered_at IS NOT NULL", String.class))
                .hasSize(2)
                .allSatisfy(reason -> assertThat(reason).contains("no topic name"));
        assertThat(blockedTypes(instance)).isEmpty();
        assertThat(brokerFailure(instance)).isNull();
    }

    @Test
    void theTopicOfAnUnlistedTypeIsUsedButNotCreated() throws Exception {
        fixture.set("publisher.topics.create-unlisted", "false").set("publisher.topics.types", "todo");
        PublisherFixture.Instance instance = fixture.start();
        fixture.write("other", "o", 1);
        fixture.write("todo", "a", 1);

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 1);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(blockedTypes(instance))
                        .hasEntrySatisfying(
                                "other", reason -> assertThat(reason).contains("publisher.topics.create-unlisted")));
        assertThat(topics()).contains(fixture.topic("todo")).doesNotContain(fixture.topic("other"));

        createTopic("other", 12, Map.of());
        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
    }

    @Test
    void manyWrongTypesDoNotDelayTheListedOnes() {
        fixture.set("publisher.topics.create-unlisted", "false").set("publisher.topics.types", "todo");
        IntStream.range(0, 1_100).forEach(n -> fixture.write("wrong" + n, "w", 1));
        PublisherFixture.Instance instance = fixture.start();
        // The publisher waits for the topics of 1 000 types, and todo is one of them. The events of further types
        // without a topic are dead letters.
        await().atMost(TIMEOUT).until(() -> blockedTypes(instance).size() == 999 && fixture.pending() == 999);

        for (int version = 1; version <= 20; version++) {
            fixture.write("todo", "a", version);
            await().atMost(DELAY_LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> fixture.pending() == 999);
        }
        assertThat(answerAge(instance)).isLessThan(DELAY_LIMIT);
        assertThat(brokerFailure(instance)).isNull();
    }

    @Test
    void withoutADeadLetterTopicAPoisonEventDelaysNothing() throws Exception {
        createTopic("todo", 12, Map.of());
        fixture.set("publisher.topics.types", "todo").set("publisher.topics.create", "false");
        PublisherFixture.Instance instance = fixture.start();
        for (int n = 0; n < 20; n++) {
            fixture.write(fixture.jdbc, "todo", "big" + n, 1, TOO_LARGE);
        }
        fixture.write("todo", "small", 1);

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        assertThat(fixture.jdbc.queryForObject(
                        "SELECT count(*) FROM outbox WHERE dead_lettered_at IS NOT NULL", Long.class))
                .isEqualTo(20);
        assertThat(topics()).doesNotContain(fixture.topic("todo") + ".dlt");
        assertThat(brokerFailure(instance)).isNull();
    }

    @Test
    void aDeadLetterTopicWithFewerPartitionsReceivesTheCopy() throws Exception {
        createTopic("todo", 12, Map.of("max.message.bytes", "2000"));
        admin.createTopics(List.of(new NewTopic(fixture.topic("todo") + ".dlt", 1, (short) 1)))
                .all()
                .get();
        fixture.set("publisher.topics.types", "todo");
        PublisherFixture.Instance instance = fixture.start();
        String letters = new Random(1)
                .ints(5_000, 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        for (int n = 0; n < 10; n++) {
            fixture.write(fixture.jdbc, "todo", "long" + n, 1, "{\"t\": \"" + letters + "\"}");
        }

        await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
        assertThat(fixture.records(fixture.topic("todo") + ".dlt"))
                .hasSize(10)
                .allSatisfy(record -> assertThat(record.partition()).isZero());
        assertThat(brokerFailure(instance)).isNull();
    }

    @Test
    void theLastCompleteAnswerStopsAdvancingWithoutABroker() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture own = PublisherFixture.onSharedDatabaseAnd(broker.url())) {
            own.set("publisher.topics.types", "todo");
            PublisherFixture.Instance instance = own.start();
            await().atMost(TIMEOUT).until(() -> isFresh(instance));

            broker.kill();
            await().atMost(TIMEOUT).until(() -> answerAge(instance).compareTo(Duration.ofSeconds(6)) > 0);

            broker.start();
            await().atMost(TIMEOUT).until(() -> isFresh(instance));
        }
    }

    private static boolean isFresh(PublisherFixture.Instance instance) {
        return instance.publisher().topicMonitor().lastCompleteAnswerNanos().isPresent()
                && answerAge(instance).compareTo(Duration.ofSeconds(3)) < 0;
    }

    private static Duration answerAge(PublisherFixture.Instance instance) {
        OptionalLong answer = instance.publisher().topicMonitor().lastCompleteAnswerNanos();
        return Duration.ofNanos(MonotonicClock.SYSTEM.nanos() - answer.orElseThrow());
    }

    private static Map<String, String> blockedTypes(PublisherFixture.Instance instance) {
        return instance.publisher().publishLoop().state().blockedTypes();
    }

    private static String brokerFailure(PublisherFixture.Instance instance) {
        return instance.publisher().publishLoop().state().brokerFailure();
    }

    private Set<String> topics() throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }

    /** Returns the settings that the creator of a topic gave. */
    private List<String> settingsOf(String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .map(entry -> entry.name() + "=" + entry.value())
                .toList();
    }

    private void createTopic(String type, int partitions, Map<String, String> settings)
            throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(fixture.topic(type), partitions, (short) 1).configs(settings)))
                .all()
                .get();
    }
}
