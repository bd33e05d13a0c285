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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client calls the service as one caller.
 *
 * @param attempts the largest number of times that the client sends a request. It repeats the request unchanged, with
 *     the same idempotency key, while the answer is 503 with {@code Retry-After} and the outcome is not unknown
 */
public record Client(String url, List<String> headers, int attempts) {

    /** A machine that stalls for some seconds delays more than one attempt beyond the deadline of a request. */
    private static final int MAX_ATTEMPTS = 6;

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Creates a client that repeats requests. */
    public Client(String url, List<String> headers) {
        this(url, headers, MAX_ATTEMPTS);
    }

    /** Returns a client of this caller that sends each request once. */
    public Client withoutRetries() {
        return new Client(url, headers, 1);
    }

    public ReceivedAnswer get(String path, String... more) {
        return call("GET", path, null, more);
    }

    public ReceivedAnswer post(String path, String body, String... more) {
        return call("POST", path, body, more);
    }

    public ReceivedAnswer patch(String path, String body, String... more) {
        return call("PATCH", path, body, more);
    }

    public ReceivedAnswer delete(String path, String... more) {
        return call("DELETE", path, null, more);
    }

    /** Sends a HEAD request once. The OpenAPI document describes no such requests. */
    public ReceivedAnswer head(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(30))
                .method("HEAD", BodyPublishers.noBody())
                .headers(headers.toArray(String[]::new))
                .build());
    }

    /**
     * Sends a request and returns the answer of its last attempt. The OpenAPI document must describe the answer of each
     * attempt. The content type is JSON unless {@code more} sets another one.
     */
    public ReceivedAnswer call(String method, String path, @Nullable String body, String... more) {
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
        ReceivedAnswer answer = sendDescribed(complete);
        for (int attempt = 1; attempt < attempts && mayBeRepeated(answer); attempt++) {
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            answer = sendDescribed(complete);
        }
        return answer;
    }

    private static ReceivedAnswer sendDescribed(HttpRequest request) {
        ReceivedAnswer answer = send(request);
        ApiDescription.ofRepository().check(request.method(), request.uri().getPath(), answer);
        return answer;
    }

    private static boolean mayBeRepeated(ReceivedAnswer answer) {
        return answer.status() == 503
                && answer.header("Retry-After") != null
                && !answer.problem().equals("outcome-unknown");
    }

    /** Sends a request and measures the time until its answer. */
    public static ReceivedAnswer send(HttpRequest request) {
        long started = System.nanoTime();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new ReceivedAnswer(
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
