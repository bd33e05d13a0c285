package dev.studybuddy.load.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * An API client sends requests over connections that it keeps open and shares. It is safe for use by several threads.
 */
public final class ApiClient implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final URI root;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    public ApiClient(URI root) {
        this.root = root;
    }

    /** Sends a request without a token. In mode {@code open}, the API treats the caller as the demo user. */
    public Answer call(String method, String path, @Nullable Object body) throws IOException, InterruptedException {
        return call(method, path, body, Map.of());
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param body object to send as JSON, or text to send unchanged; null sends no body
     * @throws IOException if no answer arrives within 20 s
     * @throws IllegalStateException if the answer declares a JSON body that is not JSON
     */
    public Answer call(String method, String path, @Nullable Object body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(LIMIT)
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : publisher(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::setHeader);
        long before = System.nanoTime();
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        return new Answer(response.statusCode(), response.headers(), json(response), took);
    }

    /** Returns the headers that authenticate a request with the given token. */
    public static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    /**
     * Obtains a token for a user. The API must run in mode {@code open}.
     *
     * @throws IllegalStateException if the API issues no token
     */
    public String token(String userId) throws IOException, InterruptedException {
        Answer answer = call("POST", "/api/dev/token", Map.of("userId", userId, "roles", List.of("user")));
        if (!answer.ok()) {
            throw new IllegalStateException("the API issued no token for user " + userId + ": " + answer);
        }
        return answer.text("token");
    }

    private static HttpRequest.BodyPublisher publisher(Object body) {
        return body instanceof String text
                ? HttpRequest.BodyPublishers.ofString(text)
                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (response.body().length == 0 || !type.contains("json")) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException invalid) {
            throw new IllegalStateException(
                    "the API answered with Content-Type " + type + " and a body that is not JSON", invalid);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
