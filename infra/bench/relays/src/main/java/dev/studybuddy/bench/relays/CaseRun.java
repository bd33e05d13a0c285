package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.outbox.Workload;
import dev.studybuddy.local.program.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.TopicPartition;

/**
 * A case run measures one relay or one limit on a database and a topic of its own.
 *
 * <p>States: created → {@code start} → relaying → {@code drain} and {@code offer}, any number of times → {@code close}.
 * For a limit: created → {@code measureLimit} → {@code close}. Without a relay: created → {@code offer} → {@code
 * close}.
 */
final class CaseRun implements AutoCloseable {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration MARK_LIMIT = Duration.ofSeconds(30);
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(10);
    private static final double FILLED_PER_SECOND = 25_000;
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Histogram NO_LAG = new Histogram(1);
    private static final int MAX_AUTO_COMMITS_PER_SECOND = 1000;

    private final RelayServers servers;
    private final Relay relay;
    private final Settings settings;
    private final String database;
    private final Workspace workspace;
    private final BenchmarkTopic topic;
    private final Connection connection;
    private final Connection monitor;
    private final List<ChildProcess> processes = new ArrayList<>();

    CaseRun(RelayServers servers, Relay relay, Settings settings, Path folder, Part part) throws Exception {
        this.servers = servers;
        this.relay = relay;
        this.settings = settings;
        String name = relay.id() + "-" + part.id();
        this.database = "bench_" + name.replace('-', '_');
        String url = servers.newDatabase(database);
        String prefix = name + ".";
        this.topic = new BenchmarkTopic(servers.bootstrap(), prefix + "bench.v1");
        Path own = Files.createDirectories(folder.resolve(name));
        this.workspace = new Workspace(url, servers.bootstrap(), prefix, topic.name(), own, FreePorts.find(), part);
        relay.outbox().createTables(url);
        this.connection = servers.connect(database);
        this.monitor = servers.connect(database);
    }

    /** Starts the processes, waits until events arrive on the topic, and warms up. */
    void start() throws Exception {
        startProcesses(Map.of());
        new RelayReadiness(relay, connection, topic, processes).await();
        relay.outbox().captureTemplate(connection);
        Workload warm = Workload.spread("w", settings.warmUp(relay));
        drain(warm, "warm-up", settings.limit().multipliedBy(2));
    }

    /**
     * Commits a whole backlog at once, and waits until it is on the topic and marked, or until the limit has passed.
     */
    Result drain(Workload workload, String scenario, Duration limit) throws Exception {
        connection.setAutoCommit(false);
        relay.outbox().fill(connection, workload, workload.events() / FILLED_PER_SECOND + 1);
        analyze();
        checkpoint();
        Map<TopicPartition, Long> from = topic.ends();
        CostMeter meter = new CostMeter(servers, processes, monitor);
        meter.start();
        long startMillis = System.currentTimeMillis();
        connection.commit();
        connection.setAutoCommit(true);
        long deadline = System.nanoTime() + limit.toNanos();
        if (awaitRecords(sum(from) + workload.events(), deadline)) {
            awaitAllMarked();
        }
        meter.stop(0);
        Delivery delivery = Delivery.read(topic, workload.prefix(), from, topic.ends());
        double seconds = Math.max(1, delivery.lastMillis() + 1 - startMillis) / MILLIS_PER_SECOND;
        return result(scenario, workload, delivery, meter, false, seconds, -1, -1);
    }

    /** Offers events at an even rate, and measures how late each event arrives. */
    Result offer(int perSecond, boolean wakeUps, int durationSeconds, String prefix) throws Exception {
        Workload workload = Workload.spread(prefix, perSecond * durationSeconds);
        Map<TopicPartition, Long> from = topic.ends();
        CostMeter meter = new CostMeter(servers, processes, monitor);
        Generator.OfferedLoad offered;
        try (WakeUpSender wakeUpSender = wakeUps ? WakeUpSender.toPublishers(monitor) : WakeUpSender.none()) {
            meter.start();
            offered = relay.kind() == Kind.IN_APPLICATION
                    ? ControlPortClient.offer(workspace, workload, perSecond)
                    : new Generator(workspace.jdbcUrl(), relay.outbox(), wakeUpSender).offer(workload, perSecond);
        }
        if (relay.kind() == Kind.WRITES_ONLY) {
            meter.stop(0);
            return ResultBuilder.of(relay, "writes", meter, NO_LAG)
                    .written(workload.events())
                    .build(perSecond, workload.events() / offered.seconds(), offered.seconds(), false);
        }
        awaitRecords(sum(from) + workload.events(), System.nanoTime() + ARRIVAL_LIMIT.toNanos());
        meter.stop(perSecond > MAX_AUTO_COMMITS_PER_SECOND ? offered.transactions() : 0);
        long untilMicros = Generator.nowMicros();
        Delivery delivery = Delivery.read(topic, prefix, from, topic.ends());
        for (int n = 0; n < workload.events(); n++) {
            if (!delivery.contains(n)) {
                delivery.recordMissing(offered.startMicros() + n * 1_000_000L / perSecond, untilMicros);
            }
        }
        double seconds = delivery.lastMillis() / MILLIS_PER_SECOND - offered.startMicros() / 1e6;
        return result(
                "lag", workload, delivery, meter, wakeUps, seconds, perSecond, workload.events() / offered.seconds());
    }

    /** Measures a limit's program on a backlog. */
    Result measureLimit(Workload workload) throws Exception {
        int warmUp = settings.warmUp(relay);
        Workload all = Workload.spread(workload.prefix(), workload.events() + warmUp);
        relay.outbox().fill(connection, all, 0);
        analyze();
        startProcesses(Map.of("BENCH_WARM_UP", Integer.toString(warmUp)));
        ChildProcess program = processes.getFirst();
        program.awaitFile(workspace.readyFile(), settings.limit().multipliedBy(2));
        checkpoint();
        Map<TopicPartition, Long> from = topic.ends();
        CostMeter meter = new CostMeter(servers, processes, monitor);
        meter.start();
        program.sendLine("go");
        program.awaitFile(workspace.resultFile(), settings.limit().multipliedBy(2));
        meter.stop(0);
        String[] measured = Files.readString(workspace.resultFile()).split(" ", -1);
        double seconds = Long.parseLong(measured[1]) / NANOS_PER_SECOND;
        Delivery delivery = Delivery.read(topic, workload.prefix(), from, topic.ends());
        long events = Long.parseLong(measured[0]);
        return ResultBuilder.of(relay, "drain", meter, delivery.lagMicros)
                .counts(events, delivery.distinct() == 0 ? events : delivery.distinct(), delivery)
                .build(-1, -1, seconds, false);
    }

    private Result result(
            String scenario,
            Workload workload,
            Delivery delivery,
            CostMeter meter,
            boolean wakeUps,
            double seconds,
            double offered,
            double reached) {
        return ResultBuilder.of(relay, scenario, meter, delivery.lagMicros)
                .counts(workload.events(), delivery.distinct(), delivery)
                .build(offered, reached, seconds, wakeUps);
    }

    private void startProcesses(Map<String, String> more) {
        for (int n = 0; n < relay.instances(); n++) {
            Relay.ProcessCommand process = relay.processCommand().apply(workspace, n);
            Map<String, String> environment = new HashMap<>(process.environment());
            environment.putAll(more);
            processes.add(ChildProcess.start(
                    process.command(), environment, workspace.folder().resolve("process-" + n + ".log")));
        }
    }

    /** Waits until the topic has the given number of records. Returns whether it has them at the deadline. */
    private boolean awaitRecords(long count, long deadlineNanos) throws Exception {
        while (topic.count() < count) {
            if (System.nanoTime() > deadlineNanos) {
                return false;
            }
            processes.forEach(ChildProcess::checkAlive);
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
        return true;
    }

    private void awaitAllMarked() throws SQLException {
        long deadline = System.nanoTime() + MARK_LIMIT.toNanos();
        while (relay.marks() && hasPending()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        relay.id() + " has sent all events but has not marked them within " + MARK_LIMIT);
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private boolean hasPending() throws SQLException {
        try (Statement statement = monitor.createStatement();
                ResultSet row = statement.executeQuery(relay.outbox().pendingSql())) {
            return row.next();
        }
    }

    /**
     * Updates the planner's statistics on the table after a fill, for a drain in the transaction that fills the table.
     * Autovacuum does this while a backlog grows, but here the backlog appears at once. Without statistics, PostgreSQL
     * treats the table as empty, and a relay whose poll joins the table with itself runs one poll for minutes.
     */
    private void analyze() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE " + relay.outbox().table());
        }
    }

    private void checkpoint() throws SQLException {
        try (Statement statement = monitor.createStatement()) {
            statement.execute("CHECKPOINT");
        }
    }

    private static long sum(Map<TopicPartition, Long> ends) {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() throws SQLException {
        processes.forEach(ChildProcess::close);
        connection.close();
        monitor.close();
        servers.dropDatabase(database);
        topic.close();
    }
}
