package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Makes instances unfit. Its tests mostly wait for the times after which an instance is unfit. */
@Execution(ExecutionMode.CONCURRENT)
class FitnessIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String PUBLISHING_THREAD = "outbox-publish";
    /**
     * {@code -DoutageSeconds=60} sets the length of the outage. All instances are unfit after 10 s, and each one
     * decides once a second whether it hands over its shards.
     */
    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("outageSeconds", 15));

    /** A lease of 10 s expires in this time unless its owner renews it. */
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(11);

    @Test
    void anOutageOfTheBrokerMovesNoShardBetweenThreeInstances() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(broker.url())) {
            fixture.set("publisher.topics.types", "todo");
            List<PublisherFixture.Instance> instances =
                    Stream.generate(fixture::start).limit(3).toList();
            await().atMost(TIMEOUT)
                    .until(() -> instances.stream().allMatch(instance -> instance.shards() >= 20)
                            && instances.stream()
                                            .mapToInt(PublisherFixture.Instance::shards)
                                            .sum()
                                    == 64);
            long epochsBefore = epochs(fixture);

            broker.kill();
            await().pollDelay(OUTAGE.minusSeconds(1))
                    .atMost(OUTAGE.plus(TIMEOUT))
                    .until(() -> instances.stream()
                            .noneMatch(
                                    instance -> instance.publisher().fitness().isFit()));
            for (int id = 0; id < 64; id++) {
                fixture.write("todo", "t" + id, 1);
            }
            broker.start();

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            await().atMost(TIMEOUT)
                    .until(() -> instances.stream()
                            .allMatch(instance -> instance.publisher().fitness().isFit()));
            assertThat(epochs(fixture) - epochsBefore)
                    .as("moves of shards during and after the outage")
                    .isZero();
        }
    }

    @Test
    void anInstanceThatLosesKafkaHandsItsShardsOver() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(TestServers.kafkaBootstrapServers())) {
            PublisherFixture.Instance fit = fixture.start();
            PublisherFixture.Instance bad = fixture.start(broker.url());
            await().atMost(TIMEOUT).until(() -> fit.shards() == 32 && bad.shards() == 32);

            broker.kill();
            for (int id = 0; id < 64; id++) {
                fixture.write("todo", "t" + id, 1);
            }

            await().atMost(TIMEOUT).until(() -> fit.shards() == 64 && bad.shards() == 0);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(64);
        }
    }

    @Test
    void anInstanceWhosePublishingThreadEndsByAnErrorHandsItsShardsOver() {
        handShardsOverAfter(
                () -> {
                    throw new InternalError("The test ends this thread");
                },
                bad -> bad.publisher().endedThreads().contains(PUBLISHING_THREAD));
    }

    @Test
    void anInstanceWhoseRoundsFailHandsItsShardsOver() {
        handShardsOverAfter(
                () -> {
                    throw new IllegalStateException("The test fails this round");
                },
                bad -> !bad.publisher().fitness().isFit()
                        && bad.publisher().endedThreads().isEmpty());
    }

    /** One of two instances has a publishing thread that fails, and the other one publishes all events. */
    private static void handShardsOverAfter(Runnable failure, Predicate<PublisherFixture.Instance> hasFailed) {
        AtomicBoolean failing = new AtomicBoolean();
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance fit = fixture.start();
            PublisherFixture.Instance bad = fixture.start(pool -> new DelegatingDataSource(pool) {
                @Override
                public Connection getConnection() throws SQLException {
                    if (failing.get() && Thread.currentThread().getName().equals(PUBLISHING_THREAD)) {
                        failure.run();
                    }
                    return super.getConnection();
                }
            });
            await().atMost(TIMEOUT).until(() -> fit.shards() == 32 && bad.shards() == 32);

            failing.set(true);
            for (int id = 0; id < 64; id++) {
                fixture.write("todo", "t" + id, 1);
            }

            await().atMost(TIMEOUT).until(() -> hasFailed.test(bad));
            await().atMost(TIMEOUT).until(() -> fit.shards() == 64 && bad.shards() == 0);
            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            assertThat(fixture.versions(fixture.topic("todo"))).hasSize(64);
        }
    }

    @Test
    void aLockedLeaseRowStopsNoOtherShard() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance instance = fixture.start();
            await().atMost(TIMEOUT).until(() -> instance.publisher().leases().trustedCount() == 64);

            try (Connection operator = fixture.open();
                    Statement statement = operator.createStatement()) {
                statement.executeUpdate("UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = 3");
                await().atMost(TIMEOUT)
                        .until(() -> !instance.publisher().leases().maySend(3));
                await().atMost(TIMEOUT)
                        .untilAsserted(
                                () -> assertThat(instance.publisher().leases().lockedShards())
                                        .containsExactly(3));
                await().during(LONGER_THAN_A_LEASE)
                        .atMost(TIMEOUT)
                        .until(() -> instance.publisher().leases().trustedCount() == 63);
                for (int id = 0; id < 200; id++) {
                    fixture.write("todo", "t" + id, 1);
                }
                await().atMost(TIMEOUT).until(() -> fixture.pending() == pendingOfShard(fixture, 3));
                operator.rollback();
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            await().atMost(TIMEOUT).until(() -> instance.publisher().leases().trustedCount() == 64);
            await().atMost(TIMEOUT)
                    .until(() -> instance.publisher().leases().lockedShards().isEmpty());
        }
    }

    @Test
    void anInstanceTakesTheFreeShardsWhoseRowsAreNotLocked() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Connection operator = fixture.open();
                Statement statement = operator.createStatement()) {
            statement.executeUpdate("UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = 3");

            PublisherFixture.Instance instance = fixture.start();
            await().atMost(TIMEOUT).until(() -> instance.shards() == 63);

            operator.commit();
            await().atMost(TIMEOUT).until(() -> instance.shards() == 64);
        }
    }

    private static long pendingOfShard(PublisherFixture fixture, int shard) {
        return Objects.requireNonNull(fixture.jdbc.queryForObject(
                "SELECT count(*) FROM outbox WHERE processed = false AND shard = ?", Long.class, shard));
    }

    private static long epochs(PublisherFixture fixture) {
        return Objects.requireNonNull(
                fixture.jdbc.queryForObject("SELECT sum(epoch) FROM outbox_shard_lease", Long.class));
    }
}
