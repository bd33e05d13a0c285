package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.ServerLauncher;
import dev.studybuddy.local.program.FreePorts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Runs one PostgreSQL server and one Kafka broker for the whole run. They are the repository's own server programs with
 * their own settings. PostgreSQL is durable (fsync and synchronous commit are on) and counts the statements of every
 * relay.
 */
final class RelayServers implements AutoCloseable {

    private static final String COUNT_STATEMENTS = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'";

    private final ServerLauncher launcher;
    private final Path folder;
    private final int sqlPort = FreePorts.find();
    private final int kafkaPort = FreePorts.find();
    private ChildProcess sql;
    private final ChildProcess kafka;

    /** Starts both servers. */
    RelayServers(Path folder) {
        this.folder = folder;
        this.launcher = new ServerLauncher(folder);
        this.kafka = launcher.start(
                "kafka-server",
                List.of("-Xms512m", "-Xmx512m"),
                List.of(
                        "--port=" + kafkaPort,
                        "--controller-port=" + FreePorts.find(),
                        "--data=" + folder.resolve("kafka")));
        this.sql = startSql();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(COUNT_STATEMENTS);
        } catch (SQLException e) {
            throw new IllegalStateException("the benchmark cannot configure PostgreSQL", e);
        }
        sql.close();
        this.sql = startSql();
    }

    private ChildProcess startSql() {
        return launcher.start(
                "postgres-server",
                List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--port=" + sqlPort, "--data=" + folder.resolve("postgres"), "--durability=on"));
    }

    /** Creates an empty database in which statements are counted, and returns its URL. */
    String newDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION pg_stat_statements");
        }
        return url(name);
    }

    /** Drops a database with its connections and writes a checkpoint, so that each case starts from the same state. */
    void dropDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '"
                    + name + "'");
            statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
            statement.execute("CHECKPOINT");
        }
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "root", "");
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + sqlPort + "/" + database + "?sslmode=disable";
    }

    String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** Returns the names and versions of both servers. The broker has the version of the client library. */
    String versions() throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version")) {
            row.next();
            return "PostgreSQL " + row.getString(1) + ", Kafka " + AppInfoParser.getVersion();
        }
    }

    double sqlCpuSeconds() {
        return sql.cpuSeconds();
    }

    double kafkaCpuSeconds() {
        return kafka.cpuSeconds();
    }

    @Override
    public void close() {
        kafka.close();
        sql.close();
    }
}
