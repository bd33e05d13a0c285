package dev.studybuddy.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One data directory and the server on it. */
final class Cluster {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    private static final String DATABASE = "studybuddy";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final String STOP_SECONDS = "20";

    private final PostgresCommands commands;
    /** Names the place of data that can't lie where they were asked for. */
    private static final String ELSEWHERE = "elsewhere";

    private final Path wanted;
    private final Path data;
    private final int port;

    /** A cluster for this folder, or where the account of the commands can have one instead. */
    Cluster(PostgresCommands commands, Path wanted, int port) {
        this.commands = commands;
        this.wanted = wanted;
        this.data = commands.account().dataIn(wanted);
        this.port = port;
    }

    /** Makes the data directory; an initdb that was cut short leaves a {@code .part} that is made anew. */
    void initialiseWhereNew() throws IOException, InterruptedException {
        if (Files.exists(data.resolve("PG_VERSION")) && !wasEmptied()) {
            return;
        }
        Path part = data.resolveSibling(data.getFileName() + ".part");
        Files.createDirectories(part.resolveSibling("."));
        Folders.delete(part);
        if (commands.account().isForeign()) {
            Files.createDirectories(part);
            Folders.give(part, "nobody");
        }
        commands.run(
                "initdb",
                "-D",
                part.toString(),
                "-U",
                "root",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions");
        Folders.delete(data);
        Files.move(part, data);
        if (commands.account().isForeign()) {
            Files.createDirectories(wanted);
            Files.writeString(wanted.resolve(ELSEWHERE), data.toString());
        }
    }

    /** Whether data that lie elsewhere lost the note in the folder where they were asked for. */
    private boolean wasEmptied() {
        return commands.account().isForeign() && !Files.exists(wanted.resolve(ELSEWHERE));
    }

    /** Stops a server on this directory that outlived its starter. */
    void endOrphan() throws IOException, InterruptedException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
        // Ids are used again, so the command is looked at too; a file of a dead server, postgres itself replaces.
        Optional<ProcessHandle> orphan = ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
        if (orphan.isPresent()) {
            log.atInfo().addKeyValue("pid", pid).log("Ending a PostgreSQL that an earlier run left");
            commands.run("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", STOP_SECONDS, "stop");
        }
    }

    Process start(boolean fast) throws IOException {
        String durable = fast ? "off" : "on";
        List<String> arguments = new ArrayList<>(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=200",
                "wal_level=logical",
                "timezone=UTC",
                "log_timezone=UTC",
                "max_wal_size=1GB",
                "fsync=" + durable,
                "full_page_writes=" + durable,
                // Always: without it a killed server forgets what it acknowledged last, fsync or not.
                "synchronous_commit=on")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return commands.startServer(arguments);
    }

    /** Waits until our own server answers, and makes the database where it is missing. */
    void awaitReady(Process postgres) throws IOException, InterruptedException, SQLException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), "root", "");
                    Statement statement = connection.createStatement()) {
                checkOwn(statement);
                createDatabase(statement);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("PostgreSQL does not answer on port " + port, e);
                }
                log.debug("PostgreSQL does not answer: {}", e.getMessage());
            }
            if (postgres.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("PostgreSQL did not start; it ended with code " + postgres.exitValue());
            }
        }
    }

    /** Stops it as SIGINT would: transactions under way are rolled back, the data are safe. */
    void stop(Process postgres) {
        if (!postgres.isAlive()) {
            return;
        }
        try {
            commands.run("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", STOP_SECONDS, "stop");
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("PostgreSQL did not stop when asked: killing it");
            postgres.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            postgres.destroyForcibly();
        }
    }

    private void checkOwn(Statement statement) throws SQLException, IOException {
        try (ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            Path actual = Path.of(row.getString(1));
            if (!Files.isSameFile(actual, data)) {
                throw new IOException("port " + port + " belongs to another PostgreSQL, on " + actual);
            }
        }
    }

    private static void createDatabase(Statement statement) throws SQLException {
        boolean there;
        try (ResultSet row =
                statement.executeQuery("SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            row.next();
            there = row.getInt(1) > 0;
        }
        if (!there) {
            statement.execute("CREATE DATABASE " + DATABASE);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database
                + "?connectTimeout=2&socketTimeout=10&sslmode=disable";
    }
}
