package dev.studybuddy.testkit;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs several brokers, each of which is also a controller. They are embedded servers in each mode. Node ids start at
 * 1, and a broker that was killed is fenced after 9 s, as by default. The cluster has no authorizer, which would refuse
 * the controllers' votes before the first leader is elected.
 */
public final class KafkaCluster implements AutoCloseable {

    private final Path folder;
    private final List<EmbeddedServer> brokers = new ArrayList<>();

    private KafkaCluster(int count) throws IOException {
        Repository repository = Repository.find();
        this.folder = ScratchFolders.folder(repository, "kafka-cluster");
        String clusterId = clusterId();
        int[] controllerPorts =
                IntStream.range(0, count).map(node -> FreePorts.find()).toArray();
        String voters = IntStream.range(0, count)
                .mapToObj(node -> (node + 1) + "@127.0.0.1:" + controllerPorts[node])
                .collect(Collectors.joining(","));
        for (int node = 0; node < count; node++) {
            Path settings = folder.resolve("broker-" + (node + 1) + ".properties");
            Files.writeString(settings, settings(node + 1, voters));
            int port = FreePorts.find();
            brokers.add(new EmbeddedServer(
                    repository,
                    "kafka-server",
                    "127.0.0.1:" + port,
                    List.of("-Xmx256m"),
                    List.of(
                            "--port=" + port,
                            "--controller-port=" + controllerPorts[node],
                            "--data=" + EmbeddedServer.DATA_PLACEHOLDER,
                            "--settings=" + settings,
                            "--cluster-id=" + clusterId)));
        }
    }

    /** Starts a cluster and waits until all brokers answer. */
    public static KafkaCluster start(int count) {
        try {
            KafkaCluster cluster = new KafkaCluster(count);
            // A broker starts only when most controllers run, so all start at the same time.
            CompletableFuture<?>[] starts = cluster.brokers.stream()
                    .map(broker -> CompletableFuture.runAsync(broker::start, Thread::startVirtualThread))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(starts).join();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("The settings of the brokers cannot be written", e);
        }
    }

    private static String clusterId() {
        UUID random = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns the addresses of all brokers, separated by commas. */
    public String bootstrapServers() {
        return brokers.stream().map(EmbeddedServer::url).collect(Collectors.joining(","));
    }

    /** Returns the broker with this node id. */
    public ControllableServer broker(int nodeId) {
        return brokers.get(nodeId - 1);
    }

    @Override
    public void close() {
        brokers.forEach(EmbeddedServer::close);
        ScratchFolders.remove(folder);
    }

    private static String settings(int node, String voters) {
        return """
                node.id=%s
                controller.quorum.voters=%s
                default.replication.factor=2
                offsets.topic.replication.factor=2
                broker.session.timeout.ms=9000
                authorizer.class.name=
                """.formatted(node, voters);
    }
}
