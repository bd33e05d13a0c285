package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.CpuMeter;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cost meter measures the CPU time that the relay and the servers each use in a period, and counts the SQL
 * statements.
 */
final class CostMeter {

    private static final String RESET = "SELECT /* bench */ pg_stat_statements_reset()";
    private static final String STATEMENTS = """
            SELECT /* bench */ coalesce(sum(calls), 0) FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND query NOT LIKE '%/* bench */%' AND query NOT LIKE '%pg_stat_statements%'""";

    private final RelayServers servers;
    private final List<ChildProcess> relay;
    private final Connection connection;
    private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    private @Nullable CpuMeter cpu;
    private CpuMeter.Usage usage = new CpuMeter.Usage(0, 0, 0, 0);
    private long statements;

    CostMeter(RelayServers servers, List<ChildProcess> relay, Connection connection) {
        this.servers = servers;
        this.relay = relay;
        this.connection = connection;
    }

    /** Starts the period. */
    void start() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(RESET);
        }
        cpu = CpuMeter.start(
                () -> relay.stream().mapToDouble(ChildProcess::cpuSeconds).sum(),
                servers::sqlCpuSeconds,
                servers::kafkaCpuSeconds);
    }

    /**
     * Ends the period.
     *
     * @param ownStatements number of statements by the generator that do not carry the benchmark's comment
     */
    void stop(long ownStatements) throws SQLException {
        usage = Objects.requireNonNull(cpu, "the meter was not started").stop();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATEMENTS)) {
            row.next();
            statements = Math.max(0, row.getLong(1) - ownStatements);
        }
    }

    CpuMeter.Usage cpu() {
        return usage;
    }

    long statements() {
        return statements;
    }

    double load() {
        return load;
    }
}
