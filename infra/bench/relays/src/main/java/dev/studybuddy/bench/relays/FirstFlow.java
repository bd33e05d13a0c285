package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.Event;
import dev.studybuddy.bench.relays.servers.OwnProcess;
import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Waits until a relay carries: with a probe every half second, and until the shards are shared out among its instances. */
final class FirstFlow {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration BETWEEN = Duration.ofMillis(500);

    private static final String FEWEST_SHARDS_OF_AN_OWNER = """
            SELECT /* bench */ count(*), coalesce(min(shards), 0) FROM
              (SELECT count(*) AS shards FROM outbox_shard_lease
               WHERE owner IS NOT NULL AND expires_at > now() GROUP BY owner) s""";

    private final Relay relay;
    private final Connection connection;
    private final BenchTopic topic;
    private final List<OwnProcess> processes;

    FirstFlow(Relay relay, Connection connection, BenchTopic topic, List<OwnProcess> processes) {
        this.relay = relay;
        this.connection = connection;
        this.topic = topic;
        this.processes = processes;
    }

    void await() throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long probes = 0;
        while (topic.count() == 0 || (relay.marks() && topic.count() < probes) || !shared()) {
            processes.forEach(OwnProcess::checkAlive);
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(relay.id() + " carried nothing within " + LIMIT);
            }
            if (topic.count() == 0 && relay.form() instanceof ContractOutbox) {
                probe(probes++);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private void probe(long number) throws SQLException {
        try (PreparedStatement insert = relay.form().insert(connection)) {
            relay.form().bind(insert, new Event(number, "probe-" + number, 1, 0));
            insert.executeUpdate();
        }
    }

    private boolean shared() throws SQLException {
        if (relay.instances() == 1) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FEWEST_SHARDS_OF_AN_OWNER)) {
            row.next();
            return row.getInt(1) == relay.instances()
                    && row.getInt(2) >= Shards.COUNT / relay.instances() - relay.instances();
        }
    }
}
