package dev.studybuddy.api.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * This fixture reads a stream of server-sent events. A read has no timeout: it ends at the next line or at the end of
 * the stream.
 */
public final class EventLines implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final BufferedReader lines;

    private EventLines(BufferedReader lines) {
        this.lines = lines;
    }

    /**
     * Opens a stream.
     *
     * @param headers names and values of headers, in turn
     * @throws AssertionError if the answer is not a stream
     */
    public static EventLines open(String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
        for (int at = 0; at < headers.length; at += 2) {
            request.header(headers[at], headers[at + 1]);
        }
        HttpResponse<InputStream> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (answer.statusCode() != 200 || !type.startsWith("text/event-stream")) {
            throw new AssertionError("The answer is not a stream: " + answer.statusCode() + " " + type);
        }
        return new EventLines(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    /** Returns the next line, or null at the end of the stream. */
    public @Nullable String next() throws IOException {
        return lines.readLine();
    }

    /** Returns the line with the data of the next event. Fails if the next 500 lines contain none. */
    public String nextEvent() throws IOException {
        for (int line = 0; line < 500; line++) {
            String text = String.valueOf(next());
            if (text.startsWith("data:")) {
                return text;
            }
        }
        throw new AssertionError("The stream has no event within 500 lines");
    }

    public String readToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = next(); line != null; line = next()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
