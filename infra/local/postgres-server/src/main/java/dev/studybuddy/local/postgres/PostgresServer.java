package dev.studybuddy.local.postgres;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the server: {@code --port=26257 --data=<folder>}. Tests add {@code --durability=off}, which skips fsync: a
 * killed server keeps its data, but a power failure may lose them. The server listens on loopback only and has the user
 * {@code root} without a password and the database {@code studybuddy}.
 */
public final class PostgresServer {

    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);

    private PostgresServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Options options =
                Options.parse(arguments, "port", "data", "durability", Lifetime.READY_FILE, Lifetime.END_WITH_STDIN);
        int port = options.port("port");
        Path data = options.path("data");
        Lifetime.endWithStarter(options);

        Account account = Account.forThisProcess(Repository.find().local());
        Path binaries = PostgresBinaries.unpackBelow(account.binariesFolder());
        PostgresCluster cluster =
                new PostgresCluster(new PostgresCommands(account, binaries.resolve("bin")), data, port);
        cluster.endOrphan();
        cluster.initialiseIfNew();

        // The kernel signals postgres when the thread that started it ends. Therefore the main thread starts postgres,
        // because this thread runs until the JVM ends.
        Process postgres = cluster.start("off".equals(options.get("durability").orElse("on")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.stop(postgres), "stop-postgres"));
        cluster.awaitReady(postgres);
        Lifetime.reportReady(options);
        log.atInfo().addKeyValue("port", port).addKeyValue("data", data).log("PostgreSQL is ready");

        int code = postgres.waitFor();
        log.atWarn().addKeyValue("code", code).log("PostgreSQL ended; this program exits with the same code");
        System.exit(code);
    }
}
