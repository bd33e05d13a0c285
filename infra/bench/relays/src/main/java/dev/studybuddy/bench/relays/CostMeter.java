package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.servers.BenchServers;
import dev.studybuddy.bench.relays.servers.ChildProcess;
import dev.studybuddy.bench.relays.servers.Cpu;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A meter measures the CPU time that each party uses in a period, and counts the SQL statements. */
final class Meter {

    private static final String RESET = "SELECT /* bench */ pg_stat_statements_reset()";
    private static final String STATEMENTS = """
            SELECT /* bench */ coalesce(sum(calls), 0) FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND query NOT LIKE '%/* bench */%' AND query NOT LIKE '%pg_stat_statements%'""";

    private final BenchServers servers;
    private final List<ChildProcess> relay;
    private final Connection connection;
    private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    private Reading begin = Reading.NONE;
    private Reading end = Reading.NONE;
    private long statements;

    Meter(BenchServers servers, List<ChildProcess> relay, Connection connection) {
        this.servers = servers;
        this.relay = relay;
        this.connection = connection;
    }

    void start() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(RESET);
        }
        begin = read();
    }

    /**
     * Ends the period.
     *
     * @param ownStatements number of statements by the generator that do not carry the benchmark's comment
     */
    void stop(long ownStatements) throws SQLException {
        end = read();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATEMENTS)) {
            row.next();
            statements = Math.max(0, row.getLong(1) - ownStatements);
        }
    }

    double relaySeconds() {
        return end.relay - begin.relay;
    }

    double sqlSeconds() {
        return end.sql - begin.sql;
    }

    double kafkaSeconds() {
        return end.kafka - begin.kafka;
    }

    long statements() {
        return statements;
    }

    double load() {
        return load;
    }

    /** Returns the mean number of cores that other work on the machine used. */
    double otherCores() {
        double wall = (end.nanos - begin.nanos) / 1e9;
        double own = relaySeconds() + sqlSeconds() + kafkaSeconds() + end.self - begin.self;
        return Math.max(0, (end.machine - begin.machine - own) / wall);
    }

    private Reading read() {
        return new Reading(
                System.nanoTime(),
                relay.stream().mapToDouble(ChildProcess::cpuSeconds).sum(),
                servers.sqlCpuSeconds(),
                servers.kafkaCpuSeconds(),
                Cpu.secondsOf(ProcessHandle.current().pid()),
                Cpu.secondsOfMachine());
    }

    private record Reading(long nanos, double relay, double sql, double kafka, double self, double machine) {
        static final Reading NONE = new Reading(0, 0, 0, 0, 0, 0);
    }
}
