package dev.studybuddy.local.supervisor;

import dev.studybuddy.outbox.Shards;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks whether the programs form a working system: all shards and partitions have owners, and the API reports health.
 */
final class SystemReadiness implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final UpOptions options;
    private final String api;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(HealthCheck.LIMIT).build();
    private final ProjectorGroups groups;

    SystemReadiness(UpOptions options, StackPorts ports, String bootstrapServers) {
        this.options = options;
        this.api = "http://127.0.0.1:" + ports.api();
        this.groups = new ProjectorGroups(bootstrapServers);
    }

    /** Returns the reason why the system does not work yet, or empty if it works. */
    Optional<String> findObstacle() throws InterruptedException {
        try {
            HttpResponse<String> health = get("/health");
            Optional<String> shares =
                    findMissingShares(JSON.readTree(get("/api/health/sync").body()), options.publishers());
            if (shares.isPresent()) {
                return shares;
            }
            Optional<String> partitions = groups.findObstacle(options.projectors());
            if (partitions.isPresent()) {
                return partitions;
            }
            return "healthy".equals(JSON.readTree(health.body()).path("status").asString(""))
                    ? Optional.empty()
                    : Optional.of("/health answers " + health.body());
        } catch (IOException | JacksonException e) {
            return Optional.of("the API does not answer: " + e.getMessage());
        }
    }

    /**
     * Returns a description of the shares in the answer of {@code /api/health/sync}, or empty if the publishers own all
     * shards in fair shares.
     */
    static Optional<String> findMissingShares(JsonNode sync, int publishers) {
        List<Integer> shares = new ArrayList<>();
        for (JsonNode publisher : sync.path("sync").path("publishers")) {
            JsonNode shards = publisher.path("shards");
            shares.add(shards.isArray() ? shards.size() : shards.asInt(0));
        }
        int fair = Math.ceilDiv(Shards.COUNT, publishers);
        int owned = shares.stream().mapToInt(Integer::intValue).sum();
        boolean fairlyShared = owned == Shards.COUNT
                && shares.stream().filter(share -> share > 0).count() == publishers
                && shares.stream().allMatch(share -> share <= fair);
        return fairlyShared
                ? Optional.empty()
                : Optional.of("publishers own " + shares + " of " + Shards.COUNT + " shards; each of " + publishers
                        + " must own at most " + fair);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + path))
                .timeout(HealthCheck.LIMIT.multipliedBy(2))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        groups.close();
    }
}
