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

/** A PostgreSQL cluster is one data directory together with the server that uses it. */
final class PostgresCluster {

    private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);

    private static final String DATABASE = "studybuddy";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 20;
    private static final String STOP_SECONDS = "20";

    /**
     * This file in the requested folder names the folder that holds the data, if the data cannot lie in the requested
     * one.
     */
    private static final String LOCATION_NOTE = "elsewhere";

    private final PostgresCommands commands;
    private final Path requested;
    private final Path data;
    private final int port;

    /** Creates a cluster on this folder, or on a substitute if the account of the commands cannot own this folder. */
    PostgresCluster(PostgresCommands commands, Path requested, int port) {
        this.commands = commands;
        this.requested = requested;
        this.data = commands.account().dataFor(requested);
        this.port = port;
    }

    /**
     * Creates the data directory if it does not exist, or if a user deleted the requested folder. An interrupted initdb
     * leaves a {@code .part}, which the next run replaces.
     */
    void initialiseIfNew() throws IOException, InterruptedException {
        if (Files.exists(data.resolve("PG_VERSION")) && !isNoteMissing()) {
            return;
        }
        Path part = data.resolveSibling(data.getFileName() + ".part");
        Files.createDirectories(part.resolveSibling("."));
        Folders.delete(part);
        if (commands.account().isOtherUser()) {
            Files.createDirectories(part);
            Folders.changeOwner(part, "nobody");
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
        if (commands.account().isOtherUser()) {
            Files.createDirectories(requested);
            Files.writeString(requested.resolve(LOCATION_NOTE), data.toString());
        }
    }

    /** Returns whether a user deleted the requested folder, and with it the note that names the substitute folder. */
    private boolean isNoteMissing() {
        return commands.account().isOtherUser() && !Files.exists(requested.resolve(LOCATION_NOTE));
    }

    /** Stops a server that still runs on this directory after its starter ended. */
    void endOrphan() throws IOException, InterruptedException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
        // The kernel reuses process ids, so the command is checked as well. The process id file of a server that ended
        // may stay, because postgres replaces it.
        Optional<ProcessHandle> orphan = ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
        if (orphan.isPresent()) {
            log.atInfo()
                    .addKeyValue("pid", pid)
                    .log("An earlier run left a PostgreSQL server; this program stops it before it starts a new one");
            commands.run("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", STOP_SECONDS, "stop");
        }
    }

    /**
     * Starts the server, and does not wait until it answers.
     *
     * @param fast whether the server omits fsync and full-page writes; a power failure may then destroy the data
     */
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
                // This setting is always on: without it, a killed server loses its last acknowledged commits, even with
                // fsync.
                "synchronous_commit=on")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return commands.startServer(arguments);
    }

    /** Waits until the server of this cluster answers, and creates the database if it is missing. */
    void awaitReady(Process postgres) throws IOException, InterruptedException, SQLException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), "root", "");
                    Statement statement = connection.createStatement()) {
                checkOwnership(statement);
                createDatabase(statement);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "PostgreSQL did not answer on port " + port + " within " + START_LIMIT.toSeconds() + " s",
                            e);
                }
                log.atDebug()
                        .addKeyValue("cause", e.getMessage())
                        .log("PostgreSQL does not answer yet; this program connects again");
            }
            if (postgres.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("PostgreSQL ended during its start with code " + postgres.exitValue());
            }
        }
    }

    /** Stops the server as SIGINT does: the server rolls back open transactions and keeps its data. */
    void stop(Process postgres) {
        if (!postgres.isAlive()) {
            return;
        }
        try {
            commands.run("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", STOP_SECONDS, "stop");
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("PostgreSQL did not stop; this program kills it");
            postgres.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            postgres.destroyForcibly();
        }
    }

    private void checkOwnership(Statement statement) throws SQLException, IOException {
        try (ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            Path actual = Path.of(row.getString(1));
            if (!Files.isSameFile(actual, data)) {
                throw new IOException("Port " + port + " belongs to another PostgreSQL, whose data lie in " + actual);
            }
        }
    }

    private static void createDatabase(Statement statement) throws SQLException {
        boolean exists;
        try (ResultSet row =
                statement.executeQuery("SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            row.next();
            exists = row.getInt(1) > 0;
        }
        if (!exists) {
            statement.execute("CREATE DATABASE " + DATABASE);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database
                + "?connectTimeout=2&socketTimeout=10&sslmode=disable";
    }
}
