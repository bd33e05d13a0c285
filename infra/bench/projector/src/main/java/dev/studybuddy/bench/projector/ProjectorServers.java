package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.bench.relays.servers.BenchServers;
import dev.studybuddy.bench.relays.servers.ChildProcess;
import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One Kafka and one MongoDB stand-in for the whole run: the repository's own server programs, with the local stack's
 * memory.
 */
final class Servers implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path folder;
    private final int kafkaPort = BenchServers.freePort();
    private final int mongoPort = BenchServers.freePort();
    private final ChildProcess kafka;
    private final ChildProcess mongo;
    private final MongoClient client;

    /**
     * Starts both servers.
     *
     * @param memory whether MongoDB keeps all data in memory; otherwise each write is in its file before it is
     * acknowledged
     */
    Servers(Path folder, boolean memory) {
        this.folder = folder;
        this.kafka = start(
                "kafka-server",
                "-Xmx384m",
                List.of(
                        "--port=" + kafkaPort,
                        "--controller-port=" + BenchServers.freePort(),
                        "--data=" + folder.resolve("kafka")));
        List<String> options = new ArrayList<>(List.of("--port=" + mongoPort));
        if (!memory) {
            options.add("--data=" + folder.resolve("mongo"));
        }
        // Without a file, the heap also holds the data.
        this.mongo = start("mongo-server", memory ? "-Xmx1g" : "-Xmx384m", options);
        this.client = MongoClients.create(mongoUri());
    }

    private ChildProcess start(String module, String memory, List<String> options) {
        Path ready = folder.resolve(module + ".ready");
        List<String> all = new ArrayList<>(options);
        all.add("--" + Lifetime.READY_FILE + "=" + ready);
        all.add("--" + Lifetime.END_WITH_STDIN);
        ChildProcess process = ChildProcess.start(
                Repository.find().command(module, List.of(memory), all), Map.of(), folder.resolve(module + ".log"));
        process.awaitFile(ready, START_LIMIT);
        return process;
    }

    String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    String mongoUri() {
        return "mongodb://127.0.0.1:" + mongoPort;
    }

    MongoDatabase database(String name) {
        return client.getDatabase(name);
    }

    double kafkaCpuSeconds() {
        return kafka.cpuSeconds();
    }

    double mongoCpuSeconds() {
        return mongo.cpuSeconds();
    }

    long mongoPeakMemoryMib() {
        return ProcessMemory.peakMib(mongo.pid());
    }

    @Override
    public void close() {
        client.close();
        mongo.close();
        kafka.close();
    }
}
