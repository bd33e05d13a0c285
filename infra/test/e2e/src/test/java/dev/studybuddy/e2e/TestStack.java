package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.audit.ConsistencyAudit;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.programs.Service;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Runs the three services on given servers, in mode open on loopback, as a development machine does. */
public final class TestStack implements AutoCloseable {

    private static final Duration HEALTHY_LIMIT = Duration.ofMinutes(5);
    private static final Duration RETRY_LIMIT = Duration.ofMinutes(2);
    private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration EXACT_LIMIT = Duration.ofMinutes(5);

    private final Path checkout;
    private final AuditedServers servers;
    private final Map<String, String> settings;
    private final Map<String, Map<String, String>> settingsByModule;
    private final Service apiService;
    private final List<Service> publishers = new ArrayList<>();
    private final List<Service> projectors = new ArrayList<>();
    private final Map<String, URI> managementAddresses = new TreeMap<>();
    private final ApiClient api;
    private final URI root;

    /** Starts all programs and waits until the stack is healthy. */
    static TestStack start(String name, AuditedServers servers, int publishers, int projectors) throws Exception {
        return start(name, servers, publishers, projectors, Map.of());
    }

    /** Starts all programs with the given environment variables and waits until the stack is healthy. */
    static TestStack start(
            String name, AuditedServers servers, int publishers, int projectors, Map<String, String> settings)
            throws Exception {
        return start(name, servers, publishers, projectors, settings, Map.of());
    }

    /**
     * Starts all programs and waits until the stack is healthy.
     *
     * @param name the beginning of the names of the programs, which are also the names of their log files
     * @param settings environment variables of all programs; those that name the servers, the ports and the access mode
     *     have no effect
     * @param settingsByModule further environment variables of a service, by the name of its module; they override all
     *     others
     */
    public static TestStack start(
            String name,
            AuditedServers servers,
            int publishers,
            int projectors,
            Map<String, String> settings,
            Map<String, Map<String, String>> settingsByModule)
            throws Exception {
        Path checkout = Repository.find().root();
        TestStack stack = new TestStack(checkout, name, servers, publishers, projectors, settings, settingsByModule);
        stack.startAll();
        return stack;
    }

    /**
     * Returns a stack of the programs of a checkout without starting them.
     *
     * @param instances the number of publishers, and of projectors
     */
    static TestStack create(
            Path checkout,
            String name,
            AuditedServers servers,
            int instances,
            Map<String, String> settings,
            Map<String, Map<String, String>> settingsByModule) {
        return new TestStack(checkout, name, servers, instances, instances, settings, settingsByModule);
    }

    /** Starts all programs and waits until the stack is healthy. */
    void startAll() {
        try {
            services().forEach(Service::start);
            services().forEach(Service::awaitReady);
            awaitHealthy();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private TestStack(
            Path checkout,
            String name,
            AuditedServers servers,
            int publishers,
            int projectors,
            Map<String, String> settings,
            Map<String, Map<String, String>> settingsByModule) {
        this.checkout = checkout;
        this.servers = servers;
        this.settings = settings;
        this.settingsByModule = settingsByModule;
        int port = FreePorts.find();
        int apiManagement = FreePorts.find();
        root = loopback(port);
        api = new ApiClient(root);
        managementAddresses.put("api-service", loopback(apiManagement));
        apiService = new Service(
                checkout,
                "api-service",
                name + "-api",
                apiManagement,
                environment("api-service", port, managementOn(apiManagement)));
        for (int n = 1; n <= publishers; n++) {
            this.publishers.add(worker("outbox-publisher", name + "-publisher-" + n));
        }
        for (int n = 1; n <= projectors; n++) {
            this.projectors.add(worker("mongo-projector", name + "-projector-" + n));
        }
    }

    private Service worker(String module, String name) {
        int port = FreePorts.find();
        managementAddresses.putIfAbsent(module, loopback(port));
        return new Service(checkout, module, name, port, environment(module, port, Map.of()));
    }

    private static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private Map<String, String> environment(String module, int port, Map<String, String> extra) {
        Map<String, String> all = new HashMap<>(settings);
        // The tests have one broker, so a topic has one replica.
        all.putIfAbsent("PUBLISHER_TOPICS_REPLICATIONFACTOR", "1");
        all.putIfAbsent("PUBLISHER_TOPICS_MININSYNCREPLICAS", "1");
        // A test starts the verifies that it needs.
        all.putIfAbsent("STUDYBUDDY_VERIFY_NIGHTLY", "false");
        all.putAll(extra);
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
        all.putAll(settingsByModule.getOrDefault(module, Map.of()));
        return all;
    }

    /**
     * Describes a further API on the servers of this stack, which the caller starts and closes. The given settings
     * override those of the stack.
     */
    public Service describeApi(String name, int port, Map<String, String> settings) {
        int management = FreePorts.find();
        Map<String, String> all = environment("api-service", port, managementOn(management));
        all.putAll(settings);
        return new Service(checkout, "api-service", name, management, all);
    }

    private static Map<String, String> managementOn(int port) {
        return Map.of("MANAGEMENT_SERVER_PORT", Integer.toString(port), "MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    }

    /** Returns the client of the API, which the stack closes. */
    public ApiClient api() {
        return api;
    }

    /**
     * Calls the API and retries while the answer is 503. A POST keeps its idempotency key in all attempts, so it has
     * one effect.
     */
    public Answer callWithRetry(String method, String path, @Nullable Object body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        if (method.equals("POST")) {
            all.put("Idempotency-Key", UUID.randomUUID().toString());
        }
        return await(method + ' ' + path)
                .atMost(RETRY_LIMIT)
                .until(() -> api.call(method, path, body, all), answer -> answer.status() != 503);
    }

    /**
     * Reads a path until MongoDB shows the writes of these tokens. On a slow machine, one wait of the API is too short
     * for the writes, or CockroachDB answers in place of MongoDB.
     */
    Answer readFromMongo(String path, String tokens, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Consistency-Token", tokens);
        all.put("X-Consistency-Wait-Ms", "10000");
        return await("MongoDB shows the writes for " + path)
                .atMost(VISIBLE_LIMIT)
                .until(
                        () -> api.call("GET", path, null, all),
                        answer -> answer.header("X-Read-Source").orElse("").equals("mongodb")
                                && answer.header("X-Read-Consistent").orElse("").equals("true"));
    }

    /** Returns the address of the API. */
    public URI root() {
        return root;
    }

    /** Returns the management address of the first instance of each service, by the name of the service. */
    Map<String, URI> managementAddresses() {
        return managementAddresses;
    }

    /** Returns the servers that the programs use. */
    public AuditedServers servers() {
        return servers;
    }

    /** Returns the program that serves the API. */
    public Service apiService() {
        return apiService;
    }

    /** Returns the publishers, which the stack closes. */
    public List<Service> publishers() {
        return publishers;
    }

    List<Service> projectors() {
        return projectors;
    }

    /** Waits until {@code /health} reports healthy and every publisher has a share of the shards. */
    void awaitHealthy() {
        await("the stack is healthy").atMost(HEALTHY_LIMIT).untilAsserted(() -> {
            Answer sync = api.call("GET", "/api/health/sync", null);
            List<Integer> shares = StreamSupport.stream(
                            sync.body().path("sync").path("publishers").spliterator(), false)
                    .map(publisher -> publisher.path("shards").isArray()
                            ? publisher.path("shards").size()
                            : publisher.path("shards").asInt(0))
                    .filter(share -> share > 0)
                    .toList();
            assertThat(shares).as(sync.toString()).hasSize(publishers.size());
            assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Shards.COUNT);
            assertThat(api.call("GET", "/health", null).text("status"))
                    .as(sync.toString())
                    .isEqualTo("healthy");
        });
    }

    /** Waits until all writes have arrived everywhere, and fails if SQL, the topics and MongoDB differ. */
    AuditReport assertExact(AcknowledgedWrites acknowledgedWrites) throws SQLException, InterruptedException {
        AuditReport report = new ConsistencyAudit(servers, acknowledgedWrites).runUntilExact(EXACT_LIMIT);
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
