package dev.studybuddy.e2e;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.studybuddy.local.program.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs a real Alertmanager on the configuration of the repository, but with shorter waits. The receiver {@code on-call}
 * sends its messages to this class, which collects them.
 */
final class Alertmanager implements AutoCloseable {

    private static final long STOP_SECONDS = 20;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final URI address;
    private final HttpServer onCall;
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * A message concerns one alert.
     *
     * @param status {@code firing} or {@code resolved}
     */
    record Message(String alert, String status) {}

    /** Starts Alertmanager and waits until it is ready. */
    Alertmanager(Path program, Path folder) throws IOException {
        onCall = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        onCall.createContext("/", this::accept);
        onCall.start();
        String receiver = "  - name: on-call\n    webhook_configs:\n      - url: http://127.0.0.1:"
                + onCall.getAddress().getPort() + "/\n        send_resolved: true\n";
        String configuration = Files.readString(MonitoringFiles.folder().resolve("alertmanager.yaml"))
                .replace("  - name: on-call\n", receiver)
                .replace("group_wait: 10s", "group_wait: 1s")
                .replace("group_interval: 1m", "group_interval: 2s");
        Path file = Files.writeString(folder.resolve("alertmanager.yaml"), configuration);
        int port = FreePorts.find();
        address = URI.create("http://127.0.0.1:" + port);
        process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + file,
                        "--storage.path=" + folder.resolve("alertmanager"),
                        "--cluster.listen-address=",
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("alertmanager.log").toFile())
                .start();
        await("Alertmanager is ready").atMost(START_LIMIT).until(this::isReady);
    }

    /** Returns the address to which Prometheus sends alerts. */
    URI address() {
        return address;
    }

    /** Returns whether the receiver got this message. */
    boolean hasSent(String alert, String status) {
        return messages.contains(new Message(alert, status));
    }

    /** Returns all messages so far, in their order. */
    Queue<Message> messages() {
        return messages;
    }

    private void accept(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body =
                    JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            for (JsonNode alert : body.path("alerts")) {
                messages.add(new Message(
                        alert.path("labels").path("alertname").asString(""),
                        alert.path("status").asString("")));
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(address.resolve("/-/ready")).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notReady) {
            return false;
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        onCall.stop(0);
    }
}
