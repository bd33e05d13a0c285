package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.Acknowledgements;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.audit.ConsistencyAudit;
import dev.studybuddy.bench.http.Answer;
import dev.studybuddy.bench.http.ApiClient;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.FreePorts;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The three programs on given servers, in mode open on loopback, as a development machine runs them. */
final class Stack implements AutoCloseable {

    private static final Duration WHOLE_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_LIMIT = Duration.ofMinutes(2);
    private static final Duration EXACT_LIMIT = Duration.ofMinutes(5);

    private final AuditedServers servers;
    private final Map<String, String> settings;
    private final Service apiService;
    private final List<Service> publishers = new ArrayList<>();
    private final List<Service> projectors = new ArrayList<>();
    private final ApiClient api;
    private final URI root;

    /** Starts all programs and waits until they are a whole. */
    static Stack start(String name, AuditedServers servers, int publishers, int projectors) throws Exception {
        return start(name, servers, publishers, projectors, Map.of());
    }

    /** The same, with settings by environment variable. */
    static Stack start(
            String name, AuditedServers servers, int publishers, int projectors, Map<String, String> settings)
            throws Exception {
        Stack stack = new Stack(name, servers, publishers, projectors, settings);
        try {
            stack.services().forEach(Service::start);
            stack.services().forEach(Service::awaitReady);
            stack.awaitWhole();
            return stack;
        } catch (Throwable failed) {
            stack.close();
            throw failed;
        }
    }

    private Stack(String name, AuditedServers servers, int publishers, int projectors, Map<String, String> settings) {
        this.servers = servers;
        this.settings = settings;
        int port = FreePorts.one();
        int apiManagement = FreePorts.one();
        root = URI.create("http://127.0.0.1:" + port);
        api = new ApiClient(root);
        Map<String, String> ports = Map.of(
                "MANAGEMENT_SERVER_PORT", Integer.toString(apiManagement), "MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
        apiService = new Service("api-service", name + "-api", apiManagement, environment(port, ports));
        for (int n = 1; n <= publishers; n++) {
            this.publishers.add(worker("outbox-publisher", name + "-publisher-" + n));
        }
        for (int n = 1; n <= projectors; n++) {
            this.projectors.add(worker("mongo-projector", name + "-projector-" + n));
        }
    }

    private Service worker(String module, String name) {
        int port = FreePorts.one();
        return new Service(module, name, port, environment(port, Map.of()));
    }

    private Map<String, String> environment(int port, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        all.put("SPRING_DATASOURCE_URL", servers.sqlUrl());
        all.put("SPRING_DATASOURCE_USERNAME", servers.sqlUser());
        all.put("SPRING_DATASOURCE_PASSWORD", servers.sqlPassword());
        all.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", servers.kafka());
        all.put("SPRING_MONGODB_URI", servers.mongoUri());
        all.put("STUDYBUDDY_TOPIC_PREFIX", servers.topicPrefix());
        all.put("STUDYBUDDY_GROUP_PREFIX", servers.topicPrefix() + "projector-");
        all.put("STUDYBUDDY_ACCESS_MODE", "open");
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put("SERVER_PORT", Integer.toString(port));
        return all;
    }

    ApiClient api() {
        return api;
    }

    /**
     * Calls as a patient client does: again where it is told to come back, a POST with one key all the time, so that it
     * has one effect.
     */
    Answer ask(String method, String path, @Nullable Object body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        if (method.equals("POST")) {
            all.put("Idempotency-Key", UUID.randomUUID().toString());
        }
        return await(method + ' ' + path)
                .atMost(ASK_LIMIT)
                .until(() -> api.call(method, path, body, all), answer -> answer.status() != 503);
    }

    URI root() {
        return root;
    }

    AuditedServers servers() {
        return servers;
    }

    List<Service> publishers() {
        return publishers;
    }

    List<Service> projectors() {
        return projectors;
    }

    /** Waits until {@code /health} says healthy and every publisher has a share of the shards. */
    void awaitWhole() {
        await("the stack is whole").atMost(WHOLE_LIMIT).untilAsserted(() -> {
            Answer sync = api.call("GET", "/api/health/sync", null);
            List<Integer> shares = StreamSupport.stream(
                            sync.body().path("sync").path("publishers").spliterator(), false)
                    .map(one -> one.path("shards").isArray()
                            ? one.path("shards").size()
                            : one.path("shards").asInt(0))
                    .filter(share -> share > 0)
                    .toList();
            assertThat(shares).as(sync.toString()).hasSize(publishers.size());
            assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Shards.COUNT);
            assertThat(api.call("GET", "/health", null).text("status"))
                    .as(sync.toString())
                    .isEqualTo("healthy");
        });
    }

    /** Waits until all that was written has arrived everywhere, and fails where SQL, topics and MongoDB differ. */
    AuditReport assertExact(Acknowledgements acknowledgements) throws SQLException, InterruptedException {
        AuditReport report = new ConsistencyAudit(servers, acknowledgements).runUntilExact(EXACT_LIMIT);
        assertThat(report.findings()).as(report.describe()).isEmpty();
        return report;
    }

    private List<Service> services() {
        List<Service> all = new ArrayList<>(List.of(apiService));
        all.addAll(publishers);
        all.addAll(projectors);
        return all;
    }

    @Override
    public void close() {
        services().forEach(Service::close);
        api.close();
    }
}
