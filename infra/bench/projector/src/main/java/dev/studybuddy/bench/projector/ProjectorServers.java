package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.CpuMeter;
import dev.studybuddy.bench.harness.ProcessMemory;
import dev.studybuddy.bench.harness.ServerLauncher;
import dev.studybuddy.local.program.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one Kafka broker and one MongoDB stand-in for the whole run. They are the repository's own server programs.
 */
final class ProjectorServers implements AutoCloseable {

    /**
     * The collector is that of the local stack. The heap is larger, because it holds the indexes of a million
     * aggregates, and all data if they have no file.
     */
    private static final List<String> MONGO_JVM = List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    private final int kafkaPort = FreePorts.find();
    private final int mongoPort = FreePorts.find();
    private final ChildProcess kafka;
    private final ChildProcess mongo;
    private final MongoClient client;

    /**
     * Starts both servers.
     *
     * @param memory whether MongoDB keeps all data in memory; otherwise each write is in its file before it is
     * acknowledged
     */
    ProjectorServers(Path folder, boolean memory) {
        ServerLauncher launcher = new ServerLauncher(folder);
        this.kafka = launcher.start(
                "kafka-server",
                List.of("-Xmx384m"),
                List.of(
                        "--port=" + kafkaPort,
                        "--controller-port=" + FreePorts.find(),
                        "--data=" + folder.resolve("kafka")));
        List<String> options = new ArrayList<>(List.of("--port=" + mongoPort));
        if (!memory) {
            options.add("--data=" + folder.resolve("mongo"));
        }
        this.mongo = launcher.start("mongo-server", MONGO_JVM, options);
        this.client = MongoClients.create(mongoUri());
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

    long mongoPeakMemoryMib() {
        return ProcessMemory.peakMib(mongo.pid());
    }

    /** Starts to measure the CPU time of a target and of both servers. */
    CpuMeter startMeter(Target target) {
        return CpuMeter.start(target::cpuSeconds, mongo::cpuSeconds, kafka::cpuSeconds);
    }

    @Override
    public void close() {
        client.close();
        mongo.close();
        kafka.close();
    }
}
