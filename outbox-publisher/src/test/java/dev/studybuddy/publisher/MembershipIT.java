package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** This test starts, stops and kills instances. It mostly waits for heartbeats and for the ends of leases. */
@Execution(ExecutionMode.CONCURRENT)
class MembershipIT {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    /**
     * A shard that its owner does not hand over moves only after its lease expires. This takes at least 9 s, because a
     * lease lasts 10 s and its owner renews it once a second.
     */
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(8);

    /** A publisher begins once a second, at its heartbeat, to hand over the shards above its fair share. */
    private static final Duration LONGER_THAN_A_HEARTBEAT = Duration.ofSeconds(2);

    /** The leases of a killed instance expire after 10 s, and other tests may use the processors. */
    private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(30);

    @Test
    void aJoiningInstanceGetsItsShareAndAStoppedInstanceHandsOverAtOnce() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance first = fixture.start();
            await().atMost(START_TIMEOUT).until(() -> first.shards() == 64);

            PublisherFixture.Instance second = fixture.start();
            await().atMost(HAND_OVER_LIMIT).until(() -> first.shards() == 32 && second.shards() == 32);

            first.publisher().stop();
            await().atMost(HAND_OVER_LIMIT).until(() -> second.shards() == 64);
            assertThat(first.shards()).isZero();
            assertThat(fixture.jdbc.queryForObject("SELECT count(*) FROM outbox_publisher", Integer.class))
                    .isEqualTo(1);
        }
    }

    @Test
    void anInstanceWithALockedHeartbeatHandsOverShards() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Connection operator = fixture.open();
                Statement statement = operator.createStatement()) {
            PublisherFixture.Instance first = fixture.start();
            await().atMost(START_TIMEOUT).until(() -> first.shards() == 64);
            statement.executeUpdate("UPDATE outbox_publisher SET address = address");
            PublisherFixture.Instance second = fixture.start();
            await().atMost(HAND_OVER_LIMIT).until(() -> first.shards() == 32 && second.shards() == 32);
            operator.rollback();
        }
    }

    @Test
    void anInstanceThatStopsWithALockedHeartbeatKeepsNoShardThatIsHandedBack() throws SQLException {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                Connection operator = fixture.open();
                PreparedStatement lock =
                        operator.prepareStatement("UPDATE outbox_publisher SET address = address WHERE id = ?")) {
            PublisherFixture.Instance first = fixture.start();
            PublisherFixture.Instance second = fixture.start();
            await().atMost(START_TIMEOUT).until(() -> first.shards() == 32 && second.shards() == 32);
            await("both heartbeats show fit instances")
                    .atMost(START_TIMEOUT)
                    .until(() -> fixture.jdbc
                                    .queryForList(
                                            "SELECT id FROM outbox_publisher WHERE success_at > now() - INTERVAL '5 s'",
                                            String.class)
                                    .size()
                            == 2);
            lock.setString(1, first.publisher().id());
            lock.executeUpdate();

            first.publisher().stop();

            // The successor still counts the first instance as live, and hands shards back to it.
            await().during(LONGER_THAN_A_HEARTBEAT).atMost(HAND_OVER_LIMIT).until(() -> second.shards() == 64);
            operator.rollback();
        }
    }

    @Test
    void aKilledInstancesShardsArePublishedInOrder() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance first = fixture.start();
            PublisherFixture.Instance second = fixture.start();
            await().atMost(START_TIMEOUT).until(() -> first.shards() == 32 && second.shards() == 32);

            for (int version = 1; version <= 20; version++) {
                for (int id = 0; id < 40; id++) {
                    fixture.write("todo", "t" + id, version);
                }
                if (version == 5) {
                    first.cutOff();
                }
            }

            await().atMost(TAKE_OVER_LIMIT).until(() -> fixture.pending() == 0);
            assertThat(second.shards()).isEqualTo(64);
            Map<String, List<Long>> versions = fixture.versions(fixture.topic("todo"));
            assertThat(versions).hasSize(40);
            versions.values()
                    .forEach(sentVersions -> assertThat(firstOccurrences(sentVersions))
                            .containsExactlyElementsOf(
                                    LongStream.rangeClosed(1, 20).boxed().toList()));
        }
    }

    private static List<Long> firstOccurrences(List<Long> sentVersions) {
        List<Long> first = new ArrayList<>();
        sentVersions.stream().filter(version -> !first.contains(version)).forEach(first::add);
        return first;
    }
}
