package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.DeadLetterHeaderNames;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Publishes with faulty rows, topics and servers. Its tests mostly wait for backoffs and for recoveries. */
@Execution(ExecutionMode.CONCURRENT)
class PublishingFaultsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /**
     * An outage is reported after about 3 s, and later while other tests use the processors. The limit is below the 8 s
     * after which a check of the topics fails.
     */
    private static final Duration OUTAGE_REPORTED_WITHIN = Duration.ofSeconds(6);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(90);

    /** The shard whose page fails backs off for 5 to 60 s, and a round that waits for it takes longer than this. */
    private static final Duration ROUND_LIMIT = Duration.ofSeconds(4);

    private static final int ROUND_EVENTS = 200;
    private static final int MAX_ROUNDS = 5;

    @Test
    void anOversizedRecordIsDeadLetteredAndLaterVersionsAreSent() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.start();
            fixture.write("todo", "big", 1);
            UUID event = fixture.write(fixture.jdbc, "todo", "big", 2, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");
            fixture.write("todo", "big", 3);
            fixture.write("todo", "small", 1);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            Map<String, List<Long>> versions = fixture.versions(fixture.topic("todo"));
            assertThat(versions.get("big")).containsExactly(1L, 3L);
            assertThat(versions.get("small")).containsExactly(1L);
            Map<String, Object> row = fixture.jdbc.queryForMap(
                    "SELECT retry_count, last_error, dead_lettered_at FROM outbox WHERE id = ?", event);
            assertThat(row.get("retry_count")).isEqualTo(3L);
            assertThat((String) row.get("last_error")).contains("RecordTooLarge");
            assertThat(row.get("dead_lettered_at")).isNotNull();
        }
    }

    @Test
    void aShardWhosePageFailsDelaysNoOtherShard() {
        int shard = 61;
        AtomicReference<FailingPages> pages = new AtomicReference<>();
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.start(pool -> {
                pages.set(new FailingPages(pool, shard));
                return pages.get();
            });
            fixture.write("todo", "first", 1);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            pages.get().setFailing(true);
            for (int n = 0; n < ROUND_EVENTS; n++) {
                fixture.write("todo", "t" + n, 1);
            }
            List<String> waiting = IntStream.range(0, ROUND_EVENTS)
                    .mapToObj(n -> "t" + n)
                    .filter(id -> Shards.of("todo", id) == shard)
                    .toList();
            assertThat(waiting).isNotEmpty();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == waiting.size());
            int failures = pages.get().failures();
            await("the page fails again")
                    .atMost(TIMEOUT)
                    .until(() -> pages.get().failures() > failures);
            // A slow machine delays some rounds.
            List<Duration> rounds = new ArrayList<>();
            do {
                rounds.add(timeRound(fixture, rounds.size() + 2L, waiting.size()));
            } while (rounds.size() < MAX_ROUNDS && rounds.getLast().compareTo(ROUND_LIMIT) >= 0);
            assertThat(rounds).anySatisfy(took -> assertThat(took).isLessThan(ROUND_LIMIT));

            pages.get().setFailing(false);
            await().atMost(LONGEST_BACKOFF).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")))
                    .hasSize(ROUND_EVENTS + 1)
                    .containsEntry(
                            waiting.getFirst(),
                            LongStream.rangeClosed(1, rounds.size() + 1L)
                                    .boxed()
                                    .toList());
        }
    }

    /**
     * Writes this version of each todo, and returns the time until the publisher has published it.
     *
     * @param waiting the number of todos in the shard whose page fails, all versions of which stay pending
     */
    private static Duration timeRound(PublisherFixture fixture, long version, int waiting) {
        long began = System.nanoTime();
        for (int n = 0; n < ROUND_EVENTS; n++) {
            fixture.write("todo", "t" + n, version);
        }
        await().atMost(TIMEOUT).until(() -> fixture.pending() == version * waiting);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void aRefusedRecordIsCopiedToTheDeadLetterTopicWithItsReason() throws ExecutionException, InterruptedException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Admin admin = Admin.create(Map.of("bootstrap.servers", fixture.kafka()))) {
            admin.createTopics(List.of(new NewTopic(fixture.topic("todo"), 12, (short) 1)
                            .configs(Map.of("max.message.bytes", "2000"))))
                    .all()
                    .get();
            fixture.start();
            // Random letters do not compress, so the record exceeds the topic's limit.
            String letters = new Random(1)
                    .ints(5_000, 'a', 'z' + 1)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
            fixture.write(fixture.jdbc, "todo", "long", 1, "{\"t\": \"" + letters + "\"}");
            fixture.write("todo", "long", 2);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            assertThat(fixture.versions(fixture.topic("todo")).get("long")).containsExactly(2L);
            assertThat(fixture.records(fixture.topic("todo") + ".dlt"))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.key()).isEqualTo("long");
                        assertThat(PublisherFixture.header(record, DeadLetterHeaderNames.REASON))
                                .isEqualTo("record-refused");
                        assertThat(PublisherFixture.header(record, DeadLetterHeaderNames.DETAIL))
                                .contains("RecordTooLarge");
                        assertThat(PublisherFixture.header(record, DeadLetterHeaderNames.ORIGINAL_TOPIC))
                                .isEqualTo(fixture.topic("todo"));
                        assertThat(PublisherFixture.header(record, DeadLetterHeaderNames.RETRY_COUNT))
                                .isEqualTo("3");
                        assertThat(PublisherFixture.header(record, "ce_aggregateversion"))
                                .isEqualTo("1");
                    });
        }
    }

    @Test
    void publishingResumesAfterADatabaseOutageWithoutLoss() {
        try (ControllableServer sql = TestServers.startOwnSql();
                PublisherFixture fixture = PublisherFixture.on(sql.url())) {
            PublisherFixture.Instance instance = fixture.start();
            fixture.write("todo", "a", 1);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            sql.kill();
            await().atMost(TIMEOUT).until(() -> !instance.publisher().leases().maySend(0));
            sql.start();

            await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(() -> fixture.write("todo", "a", 2));
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo")).get("a")).containsExactly(1L, 2L);
        }
    }

    @Test
    void anEventWithHeadersThatAreNotAnObjectIsDeadLettered() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.dropChecks();
            fixture.write("todo", "odd", 1);
            fixture.jdbc.update("UPDATE outbox SET headers = '[1]'");
            fixture.addChecks();
            fixture.write("todo", "odd", 2);
            fixture.start();

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            assertThat(fixture.versions(fixture.topic("todo")).get("odd")).containsExactly(2L);
            assertThat(fixture.jdbc.queryForObject(
                            "SELECT last_error FROM outbox WHERE dead_lettered_at IS NOT NULL", String.class))
                    .contains("headers are not a JSON object");
        }
    }

    @Test
    void aTopicWithAWrongPartitionCountIsBlockedAloneUntilItIsFixed() throws ExecutionException, InterruptedException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Admin admin = Admin.create(Map.of("bootstrap.servers", fixture.kafka()))) {
            admin.createTopics(List.of(new NewTopic(fixture.topic("odd"), 3, (short) 1)))
                    .all()
                    .get();
            PublisherFixture.Instance instance = fixture.start();
            for (int i = 0; i < 30; i++) {
                fixture.write("odd", "o" + i, 1);
                fixture.write("todo", "t" + i, 1);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 30);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(
                                    instance.publisher().publishLoop().state().blockedTypes())
                            .hasEntrySatisfying(
                                    "odd", reason -> assertThat(reason).contains("3 partitions")));
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(30);

            admin.deleteTopics(List.of(fixture.topic("odd"))).all().get();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("odd"))).hasSize(30);
        }
    }

    @Test
    void aTopicWithoutWritePermissionIsBlockedAloneUntilItIsAllowed() throws ExecutionException, InterruptedException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Admin admin = Admin.create(Map.of("bootstrap.servers", fixture.kafka()))) {
            fixture.set("publisher.topics.types", "odd,todo");
            PublisherFixture.Instance instance = fixture.start();
            await().atMost(TIMEOUT)
                    .until(() -> admin.listTopics()
                            .names()
                            .get()
                            .containsAll(List.of(fixture.topic("odd"), fixture.topic("todo"))));
            ResourcePattern odd = new ResourcePattern(ResourceType.TOPIC, fixture.topic("odd"), PatternType.LITERAL);
            // If a topic has access rules, Kafka denies every operation that no rule allows.
            admin.createAcls(Stream.of(AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
                            .map(operation -> new AclBinding(
                                    odd, new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW)))
                            .toList())
                    .all()
                    .get();
            AclBindingFilter ofOdd = new AclBindingFilter(odd.toFilter(), AccessControlEntryFilter.ANY);
            await().atMost(TIMEOUT)
                    .until(() -> admin.describeAcls(ofOdd).values().get().size() == 3);
            for (int i = 0; i < 30; i++) {
                fixture.write("odd", "o" + i, 1);
                fixture.write("todo", "t" + i, 1);
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 30);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(
                                    instance.publisher().publishLoop().state().blockedTypes())
                            .containsOnlyKeys("odd")
                            .hasEntrySatisfying(
                                    "odd", reason -> assertThat(reason).contains("TopicAuthorization")));
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(30);

            admin.deleteAcls(List.of(ofOdd)).all().get();
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("odd"))).hasSize(30);
            assertThat(fixture.jdbc.queryForObject("SELECT max(retry_count) FROM outbox", Integer.class))
                    .as("highest number of counted attempts")
                    .isZero();
        }
    }

    @Test
    void afterABrokerOutageTheBacklogIsSentInOrderWithoutCountedAttempts() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(broker.url())) {
            PublishLoop loop = fixture.start().publisher().publishLoop();
            fixture.write("todo", "a", 1);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            await().atMost(TIMEOUT).until(() -> loop.state().brokersReachable());

            broker.kill();
            for (int version = 2; version <= 50; version++) {
                fixture.write("todo", "a", version);
                fixture.write("todo", "b" + version, 1);
            }
            await("no send is answered, and the brokers have not answered a check of the topics")
                    .atMost(OUTAGE_REPORTED_WITHIN)
                    .until(() -> loop.state().brokerFailure() != null);
            broker.start();

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            await().atMost(TIMEOUT).until(() -> loop.state().brokersReachable());
            assertThat(loop.state().brokerFailure()).isNull();
            Map<String, List<Long>> versions = fixture.versions(fixture.topic("todo"));
            assertThat(versions.get("a").stream().distinct().toList())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 50).boxed().toList());
            assertThat(versions).hasSize(50);
            assertThat(fixture.jdbc.queryForObject("SELECT max(retry_count) FROM outbox", Integer.class))
                    .isZero();
        }
    }
}
