package dev.studybuddy.testkit;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs an SQL server whose tables lie on a small disk, so that a test can fill it. The disk is a file system in memory
 * that only the server's processes see, and it ends with them. It holds a ballast file, whose removal frees space, as
 * the removal of the ballast file of CockroachDB does. The write-ahead log lies on another disk, because PostgreSQL
 * ends when the disk of its log is full. The server is embedded in each mode.
 */
public final class SqlOnSmallDisk implements AutoCloseable {

    private static final long PROBE_SECONDS = 10;
    private static final String DISK = "disk";
    private static final String BALLAST = "ballast";

    private final EmbeddedServer server;
    private final int port;

    private SqlOnSmallDisk(EmbeddedServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Returns whether this machine lets the present user mount a file system that only one process tree sees. */
    public static boolean isPossible() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(ownMounts());
        words.addAll(List.of("sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp"));
        Process probe = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
    }

    /**
     * Starts a server with the empty database {@code studybuddy} and the user {@code root}.
     *
     * @param mebibytes the size of the disk
     * @param ballastMebibytes the size of the ballast file
     * @throws IllegalStateException if the server does not start, for example because {@link #isPossible()} returns
     *     false
     */
    public static SqlOnSmallDisk start(int mebibytes, int ballastMebibytes) throws SQLException {
        String mounting = "mkdir -p " + DISK + " && mount -t tmpfs -o size=" + mebibytes + "m tmpfs " + DISK
                + " && mkdir " + DISK + "/tables && head -c " + ballastMebibytes + "M /dev/zero > " + DISK + "/"
                + BALLAST
                + " && exec \"$@\"";
        List<String> wrapper = new ArrayList<>(ownMounts());
        wrapper.addAll(List.of("sh", "-c", mounting, "sh"));
        int port = FreePorts.find();
        EmbeddedServer server = new EmbeddedServer(
                Repository.find(),
                "postgres-server",
                url(port, "studybuddy"),
                List.of("-Xmx32m"),
                List.of("--port=" + port, "--data=" + EmbeddedServer.DATA_PLACEHOLDER, "--durability=off"),
                wrapper);
        server.start();
        SqlOnSmallDisk started = new SqlOnSmallDisk(server, port);
        started.moveTablesToDisk();
        return started;
    }

    private static List<String> ownMounts() {
        return "root".equals(System.getProperty("user.name"))
                ? List.of("unshare", "--mount")
                : List.of("unshare", "--user", "--map-root-user", "--mount");
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?sslmode=disable";
    }

    private void moveTablesToDisk() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(port, "postgres"), "root", "");
                Statement statement = connection.createStatement()) {
            Path tables = server.folder().resolve(DISK).resolve("tables");
            statement.execute(
                    "CREATE TABLESPACE small LOCATION '" + tables.toString().replace("'", "''") + "'");
            statement.execute("ALTER DATABASE studybuddy SET default_tablespace = 'small'");
        }
    }

    /** Returns the JDBC URL. */
    public String url() {
        return server.url();
    }

    /** Returns the bytes of the disk. */
    public long totalBytes() {
        return disk().getTotalSpace();
    }

    /** Returns the bytes of the disk that are free. */
    public long freeBytes() {
        return disk().getUsableSpace();
    }

    /** Removes the ballast file, which frees its space. */
    public void removeBallast() {
        try {
            Files.delete(disk().toPath().resolve(BALLAST));
        } catch (IOException e) {
            throw new UncheckedIOException("The ballast file cannot be removed", e);
        }
    }

    /** Returns the disk as the server's processes see it. */
    private File disk() {
        Path inside = server.folder().resolve(DISK);
        return Path.of("/proc", Long.toString(server.pid()), "root", inside.toString())
                .toFile();
    }

    @Override
    public void close() {
        server.close();
    }
}
