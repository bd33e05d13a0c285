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
 * The program: {@code --port=26257 --data=<folder>}, and {@code --durability=off} for tests, which forgoes fsync:
 * a killed server keeps its data, a machine without power may not.
 * Listens on loopback only; user {@code root}, no password, database {@code studybuddy}.
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
        Path binaries = PostgresBinaries.unpackedIn(account.binariesIn());
        Cluster cluster = new Cluster(new PostgresCommands(account, binaries.resolve("bin")), data, port);
        cluster.endOrphan();
        cluster.initialiseWhereNew();

        // This thread lives as long as the JVM: the kernel's signal to postgres is tied to the thread that starts it.
        Process postgres = cluster.start("off".equals(options.get("durability").orElse("on")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.stop(postgres), "stop-postgres"));
        cluster.awaitReady(postgres);
        Lifetime.ready(options);
        log.atInfo().addKeyValue("port", port).addKeyValue("data", data).log("PostgreSQL is ready");

        int code = postgres.waitFor();
        log.atWarn().addKeyValue("code", code).log("PostgreSQL ended");
        System.exit(code);
    }
}
