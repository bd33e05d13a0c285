package dev.studybuddy.bench.relays.servers;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One PostgreSQL and one Kafka for the whole run: the repository's own server programs with their own settings.
 * PostgreSQL is durable (fsync and synchronous commit are on) and counts the statements of every relay.
 */
public final class BenchServers implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String COUNT_STATEMENTS = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'";

    private final Repository repository = Repository.find();
    private final Path folder;
    private final int sqlPort = freePort();
    private final int kafkaPort = freePort();
    private ChildProcess sql;
    private final ChildProcess kafka;

    /** Starts both servers. */
    public BenchServers(Path folder) {
        this.folder = folder;
        this.kafka = start(
                "kafka-server",
                List.of("-Xms512m", "-Xmx512m"),
                List.of("--port=" + kafkaPort, "--controller-port=" + freePort(), "--data=" + folder.resolve("kafka")));
        this.sql = startSql();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(COUNT_STATEMENTS);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot configure PostgreSQL", e);
        }
        sql.close();
        this.sql = startSql();
    }

    private ChildProcess startSql() {
        return start(
                "postgres-server",
                List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--port=" + sqlPort, "--data=" + folder.resolve("postgres"), "--durability=on"));
    }

    private ChildProcess start(String module, List<String> jvm, List<String> options) {
        Path ready = folder.resolve(module + ".ready");
        try {
            Files.deleteIfExists(ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> all = new ArrayList<>(options);
        all.add("--" + Lifetime.READY_FILE + "=" + ready);
        all.add("--" + Lifetime.END_WITH_STDIN);
        List<String> settings = new ArrayList<>(jvm);
        settings.add("-D" + Repository.ROOT_PROPERTY + "=" + repository.root());
        ChildProcess process = ChildProcess.start(
                repository.command(module, settings, all), Map.of(), folder.resolve(module + ".log"));
        process.awaitFile(ready, START_LIMIT);
        return process;
    }

    /** Creates an empty database in which statements are counted, and returns its URL. */
    public String newDatabase(String name) throws SQLException {
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
    public void dropDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '"
                    + name + "'");
            statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
            statement.execute("CHECKPOINT");
        }
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "root", "");
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + sqlPort + "/" + database + "?sslmode=disable";
    }

    public String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    public double sqlCpuSeconds() {
        return sql.cpuSeconds();
    }

    public double kafkaCpuSeconds() {
        return kafka.cpuSeconds();
    }

    /** Returns a port on which no program listens at this moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kafka.close();
        sql.close();
    }
}
