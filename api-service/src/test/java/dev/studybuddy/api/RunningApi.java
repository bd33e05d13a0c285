package dev.studybuddy.api;

import dev.studybuddy.outbox.OutboxSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the whole API service in access mode {@code open} on a free port, and sends requests to it. */
public final class RunningApi implements AutoCloseable {

    public static final JsonMapper JSON = new JsonMapper();

    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final int port;

    private RunningApi(ConfigurableApplicationContext context) {
        this.context = context;
        this.port =
                ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    /**
     * Starts the service with these properties, which must include {@code spring.datasource.url} and the other
     * addresses.
     */
    public static RunningApi start(Map<String, String> properties) {
        Map<String, String> allProperties = new TreeMap<>(properties);
        allProperties.put("server.port", "0");
        allProperties.put("server.address", "127.0.0.1");
        allProperties.put("management.server.port", "0");
        allProperties.put("studybuddy.access.mode", "open");
        allProperties.putIfAbsent("spring.datasource.hikari.minimum-idle", "2");
        List<String> arguments = new ArrayList<>();
        allProperties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return new RunningApi(SpringApplication.run(ApiApplication.class, arguments.toArray(String[]::new)));
    }

    /** Creates the outbox's tables. */
    public static void migrateOutbox(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    public Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        long start = System.nanoTime();
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response, Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException failed) {
            throw new IllegalStateException(method + ' ' + path, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Returns the Authorization header, as name and value, of a user without the role {@code admin}. */
    public String[] as(String userId) {
        JsonNode token = post("/api/dev/token", "{\"userId\":\"" + userId + "\",\"roles\":[\"user\"]}")
                .json();
        return new String[] {"Authorization", "Bearer " + token.path("token").asString()};
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }

    /**
     * An answer is a response of the service.
     *
     * @param took the time from the request to the response
     */
    public record Answer(HttpResponse<String> response, Duration took) {

        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }
    }
}
