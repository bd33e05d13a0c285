package dev.studybuddy.api.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client calls the service as one caller. */
public record Client(String url, List<String> headers) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Answer get(String path, String... more) {
        return call("GET", path, null, more);
    }

    public Answer post(String path, String body, String... more) {
        return call("POST", path, body, more);
    }

    public Answer patch(String path, String body, String... more) {
        return call("PATCH", path, body, more);
    }

    public Answer delete(String path, String... more) {
        return call("DELETE", path, null, more);
    }

    /**
     * Sends a request and returns its answer, which the OpenAPI document must describe. The content type is JSON unless
     * {@code more} sets another one.
     */
    public Answer call(String method, String path, @Nullable String body, String... more) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        for (int at = 0; at < headers.size(); at += 2) {
            request.setHeader(headers.get(at), headers.get(at + 1));
        }
        for (int at = 0; at < more.length; at += 2) {
            request.setHeader(more[at], more[at + 1]);
        }
        HttpRequest complete = request.build();
        Answer answer = send(complete);
        ApiDescription.ofRepository().check(method, complete.uri().getPath(), answer);
        return answer;
    }

    /** Sends a request and measures the time until its answer. */
    public static Answer send(HttpRequest request) {
        long started = System.nanoTime();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(),
                    answer.headers(),
                    answer.body(),
                    Duration.ofNanos(System.nanoTime() - started));
        } catch (IOException thrown) {
            throw new UncheckedIOException(thrown);
        } catch (InterruptedException thrown) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(thrown);
        }
    }
}
