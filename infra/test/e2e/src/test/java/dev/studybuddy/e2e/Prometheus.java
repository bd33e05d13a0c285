package dev.studybuddy.e2e;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.local.program.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs a real Prometheus that scrapes a stack each second and evaluates the alerting rules. */
final class Prometheus implements AutoCloseable {

    private static final long STOP_SECONDS = 20;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts Prometheus on the configuration of compose with the addresses of a stack.
     *
     * @param targets the management address of each service, by the name of the service; {@code alertmanager} and
     *     {@code cockroach} may be absent
     */
    static Prometheus start(Path program, Path folder, Map<String, URI> targets) throws IOException {
        String configuration = Files.readString(MonitoringFiles.folder().resolve("prometheus.yaml"))
                .replaceAll("_interval: \\d+s", "_interval: 1s")
                .replace("- alerts.yaml", "- " + MonitoringFiles.folder().resolve("alerts.yaml"));
        if (!targets.containsKey("alertmanager")) {
            configuration = configuration.replaceAll("(?s)\\nalerting:.*?\\nscrape_configs:", "\nscrape_configs:");
        }
        if (!targets.containsKey("cockroach")) {
            configuration = configuration.replaceAll("(?s)\\n {2}- job_name: cockroach\\n.*", "\n");
        }
        for (Map.Entry<String, URI> target : targets.entrySet()) {
            configuration = configuration.replaceAll(
                    "\"" + target.getKey() + ":\\d+\"", "\"" + target.getValue().getAuthority() + "\"");
        }
        Path file = Files.writeString(folder.resolve("prometheus.yaml"), configuration);
        int port = FreePorts.find();
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
        await("Prometheus is ready").atMost(START_LIMIT).until(() -> prometheus.isReady());
        return prometheus;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException notReady) {
            return false;
        }
    }

    /** Returns the result of a query: one entry for each series. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        return JsonMapper.shared().readTree(answer.body()).path("data").path("result");
    }

    /** Returns the groups of rules with the state of each rule. */
    JsonNode rules() throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get("/api/v1/rules").body()).path("data");
    }

    /** Returns the state of an alert: {@code inactive}, {@code pending} or {@code firing}. */
    String alertState(String alert) throws IOException, InterruptedException {
        for (JsonNode group : rules().path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.path("name").asString("").equals(alert)) {
                    return rule.path("state").asString("");
                }
            }
        }
        throw new IllegalArgumentException("Prometheus has no alert with the name " + alert);
    }

    /** Returns the error of the last scrape of each target, which is empty if the scrape succeeded. */
    Map<String, String> scrapeErrors() throws IOException, InterruptedException {
        Map<String, String> errors = new TreeMap<>();
        JsonNode targets = JsonMapper.shared()
                .readTree(get("/api/v1/targets?state=active").body())
                .path("data")
                .path("activeTargets");
        targets.forEach(target -> errors.put(
                target.path("labels").path("job").asString(""),
                target.path("lastError").asString("")));
        return errors;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
    }
}
