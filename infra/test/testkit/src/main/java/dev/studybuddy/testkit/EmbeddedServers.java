package dev.studybuddy.testkit;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts servers from jars on free ports. Each is a separate process that ends with this JVM and has a scratch folder.
 */
final class EmbeddedServers implements Servers {

    private static final String SQL_USER = "root";

    private final Repository repository = Repository.find();
    private final SharedServer postgres = new SharedServer(this::startOwnSql);
    private final SharedServer kafka = new SharedServer(this::startOwnKafka);
    private final SharedServer mongo = new SharedServer(() -> mongo(List.of()));

    @Override
    public SqlServer sql() {
        return new SqlServer(postgres.url(), SQL_USER, "");
    }

    @Override
    public String kafka() {
        return kafka.url();
    }

    @Override
    public String mongo() {
        return mongo.url();
    }

    @Override
    public ControllableServer startOwnSql() {
        int port = FreePorts.find();
        return start(
                "postgres-server",
                "jdbc:postgresql://127.0.0.1:" + port + "/studybuddy?sslmode=disable",
                List.of("-Xmx32m"),
                List.of("--port=" + port, "--data=" + EmbeddedServer.DATA_PLACEHOLDER, "--durability=off"));
    }

    @Override
    public ControllableServer startOwnKafka() {
        int port = FreePorts.find();
        return start(
                "kafka-server",
                "127.0.0.1:" + port,
                List.of("-Xmx256m"),
                List.of(
                        "--port=" + port,
                        "--controller-port=" + FreePorts.find(),
                        "--data=" + EmbeddedServer.DATA_PLACEHOLDER));
    }

    @Override
    public ControllableServer startOwnMongo() {
        return mongo(List.of("--data=" + EmbeddedServer.DATA_PLACEHOLDER));
    }

    private EmbeddedServer mongo(List<String> storage) {
        int port = FreePorts.find();
        List<String> options = new ArrayList<>(storage);
        options.add("--port=" + port);
        return start(
                "mongo-server",
                "mongodb://127.0.0.1:" + port + "/studybuddy",
                List.of("-Xmx512m"),
                List.copyOf(options));
    }

    private EmbeddedServer start(String module, String url, List<String> memory, List<String> options) {
        EmbeddedServer server = new EmbeddedServer(repository, module, url, memory, options);
        server.start();
        return server;
    }

    /** Starts one server at its first use and shares it with all tests of this JVM. */
    private static final class SharedServer {

        private final Supplier<ControllableServer> starter;
        private @Nullable ControllableServer server;

        SharedServer(Supplier<ControllableServer> starter) {
            this.starter = starter;
        }

        synchronized String url() {
            ControllableServer started = server;
            if (started == null) {
                started = starter.get();
                server = started;
            }
            return started.url();
        }
    }
}
