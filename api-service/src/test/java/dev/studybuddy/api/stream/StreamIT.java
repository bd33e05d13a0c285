package dev.studybuddy.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test reads streams of shown versions. */
class StreamIT extends ApiWithReadModel {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.put("studybuddy.streams.heartbeat", "200ms");
        settings.put("studybuddy.streams.max-streams-per-caller", "2");
        return settings;
    }

    @Test
    void aStreamReportsTheVersionsOfItsCallerOnceTheReadModelShowsThem() throws Exception {
        Answer earlier = write(ANNA, "/api/sessions", "{\"minutes\":5}");
        try (Stream anna = open(ANNA, earlier.header("X-Consistency-Token"));
                Stream ben = open(BEN, null)) {
            Answer later = write(ANNA, "/api/sessions", "{\"minutes\":6}");
            show(earlier);
            assertThat(anna.nextEvent()).contains(earlier.text("/id")).contains("\"version\":1");
            show(later);
            assertThat(anna.nextEvent()).contains(later.text("/id"));

            Answer bens = write(BEN, "/api/sessions", "{\"minutes\":7}");
            show(bens);
            assertThat(ben.nextEvent()).contains(bens.text("/id"));

            try (Stream second = open(ANNA, null)) {
                assertThat(second.next()).isNotNull();
                assertThat(api.get("/api/stream", api.authorizationOf(ANNA)).problem())
                        .isEqualTo("too-many-streams");
            }
            api.close();
            assertThat(anna.readToEnd()).contains("event: end");
        }
    }

    @Test
    void aForeignTokenIsRejected() {
        Answer written = write(ANNA, "/api/sessions", "{\"minutes\":5}");
        String[] ben = api.authorizationOf(BEN);

        assertThat(api.get("/api/stream", ben[0], ben[1], "X-Consistency-Token", written.header("X-Consistency-Token"))
                        .status())
                .isEqualTo(400);
    }

    private Answer write(String user, String path, String body) {
        Answer written = api.post(path, body, api.authorizationOf(user));
        assertThat(written.status()).as(written.body()).isEqualTo(201);
        return written;
    }

    private void show(Answer session) {
        model.apply(
                AggregateType.SESSION,
                EventJson.read(AggregateType.SESSION, session.body().getBytes(StandardCharsets.UTF_8)));
    }

    private Stream open(String user, @Nullable String token) throws IOException, InterruptedException {
        String[] authorization = api.authorizationOf(user);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + "/api/stream"))
                .timeout(Duration.ofSeconds(30))
                .header(authorization[0], authorization[1]);
        if (token != null) {
            request.header("X-Consistency-Token", token);
        }
        HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        return new Stream(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    /** A stream is the body of an answer. Its heartbeats bound the time of each read. */
    private record Stream(BufferedReader lines) implements AutoCloseable {

        @Nullable
        String next() throws IOException {
            return lines.readLine();
        }

        /** Returns the data of the next event. */
        String nextEvent() throws IOException {
            for (int line = 0; line < 500; line++) {
                String text = String.valueOf(next());
                if (text.startsWith("data:")) {
                    return text;
                }
            }
            throw new AssertionError("The stream has no event within 500 lines");
        }

        String readToEnd() throws IOException {
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
}
