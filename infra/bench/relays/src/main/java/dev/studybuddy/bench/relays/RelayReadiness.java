package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.Event;
import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes a test event to the outbox of the contract every half second until one arrives on the topic. It then waits
 * until the instances of the relay own about equal numbers of shards and, if the relay marks rows, until all test
 * events have arrived. A relay with an outbox of its own writes its test event itself.
 */
final class RelayReadiness {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration SEND_INTERVAL = Duration.ofMillis(500);

    private static final String OWNERS_AND_FEWEST_SHARDS = """
            SELECT /* bench */ count(*), coalesce(min(shards), 0) FROM
              (SELECT count(*) AS shards FROM outbox_shard_lease
               WHERE owner IS NOT NULL AND expires_at > now() GROUP BY owner) s""";

    private final Relay relay;
    private final Connection connection;
    private final BenchmarkTopic topic;
    private final List<ChildProcess> processes;

    RelayReadiness(Relay relay, Connection connection, BenchmarkTopic topic, List<ChildProcess> processes) {
        this.relay = relay;
        this.connection = connection;
        this.topic = topic;
        this.processes = processes;
    }

    void await() throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long sent = 0;
        while (topic.count() == 0 || (relay.marks() && topic.count() < sent) || !shardsAreBalanced()) {
            processes.forEach(ChildProcess::checkAlive);
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(relay.id() + " did not become ready within " + LIMIT);
            }
            if (topic.count() == 0 && relay.outbox() instanceof ContractOutbox) {
                sendTestEvent(sent++);
            }
            LockSupport.parkNanos(SEND_INTERVAL.toNanos());
        }
    }

    private void sendTestEvent(long number) throws SQLException {
        try (PreparedStatement insert = relay.outbox().insert(connection)) {
            relay.outbox().bind(insert, new Event(number, "test-" + number, 1, 0));
            insert.executeUpdate();
        }
    }

    private boolean shardsAreBalanced() throws SQLException {
        if (relay.instances() == 1) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OWNERS_AND_FEWEST_SHARDS)) {
            row.next();
            return row.getInt(1) == relay.instances()
                    && row.getInt(2) >= Shards.COUNT / relay.instances() - relay.instances();
        }
    }
}
