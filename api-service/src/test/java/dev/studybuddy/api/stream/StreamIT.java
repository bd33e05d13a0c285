package dev.studybuddy.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.EventLines;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test reads streams of shown versions. */
class StreamIT extends ApiWithReadModel {

    private static final Duration FIRST_BYTE_LIMIT = Duration.ofSeconds(3);

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.put("studybuddy.streams.keep-alive-interval", "200ms");
        settings.put("studybuddy.streams.max-streams-per-caller", "2");
        return settings;
    }

    @Test
    void aStreamReportsTheVersionsOfItsCallerOnceTheReadModelShowsThem() throws Exception {
        ReceivedAnswer earlier = write(ANNA, "/api/sessions", "{\"minutes\":5}");
        try (EventLines anna = open(ANNA, earlier.header("X-Consistency-Token"));
                EventLines ben = open(BEN, null)) {
            ReceivedAnswer later = write(ANNA, "/api/sessions", "{\"minutes\":6}");
            show(earlier);
            assertThat(anna.nextEvent()).contains(earlier.text("/id")).contains("\"version\":1");
            show(later);
            assertThat(anna.nextEvent()).contains(later.text("/id"));

            ReceivedAnswer bens = write(BEN, "/api/sessions", "{\"minutes\":7}");
            show(bens);
            assertThat(ben.nextEvent()).contains(bens.text("/id"));

            try (EventLines second = open(ANNA, null)) {
                assertThat(second.next()).isNotNull();
                assertThat(api.demo()
                                .withoutRetries()
                                .get("/api/stream", api.authorizationOf(ANNA))
                                .problem())
                        .isEqualTo("too-many-streams");
            }
            api.close();
            assertThat(anna.readToEnd()).contains("event: end");
        }
    }

    @Test
    void aStreamBeginsWithinThreeSecondsAndSendsCommentsAfterThat() throws Exception {
        RepeatedRounds.assertOneTakesLessThan(FIRST_BYTE_LIMIT, this::timeFirstLine);
    }

    /** Opens a stream, checks its comments, and returns the time until its first line. */
    private Duration timeFirstLine() throws Exception {
        // The service may still count the stream of an earlier round, so each round uses a caller of its own.
        String caller = UUID.randomUUID().toString();
        long started = System.nanoTime();
        try (EventLines stream = open(caller, null)) {
            assertThat(stream.next()).startsWith("retry:");
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            for (int comment = 0; comment < 2; comment++) {
                assertThat(nextComment(stream)).isEqualTo(": heartbeat");
            }
            return took;
        }
    }

    /** Skips the comment that opens the stream and empty lines. */
    private static @Nullable String nextComment(EventLines stream) throws IOException {
        String line = stream.next();
        while (line != null && (line.isEmpty() || line.equals(": open"))) {
            line = stream.next();
        }
        return line;
    }

    /** The container discards the events of such a stream, so it would not detect that the client has disconnected. */
    @Test
    void aHeadRequestLeavesNoStreamOpen() {
        UUID caller = UUID.randomUUID();
        Client client = api.as(caller, "user");
        for (int request = 0; request < 3; request++) {
            // The service may still count the stream of the previous request for a moment.
            ReceivedAnswer head = Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> client.head("/api/stream"), answer -> answer.status() == 200);
            assertThat(head.header("Content-Type")).startsWith("text/event-stream");
        }
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            try (EventLines stream = open(caller.toString(), null)) {
                assertThat(stream.next()).startsWith("retry:");
            }
        });
    }

    @Test
    void aForeignTokenIsRejected() {
        ReceivedAnswer written = write(ANNA, "/api/sessions", "{\"minutes\":5}");
        String[] ben = api.authorizationOf(BEN);

        assertThat(api.get("/api/stream", ben[0], ben[1], "X-Consistency-Token", written.header("X-Consistency-Token"))
                        .status())
                .isEqualTo(400);
    }

    private ReceivedAnswer write(String user, String path, String body) {
        ReceivedAnswer written = api.post(path, body, api.authorizationOf(user));
        assertThat(written.status()).as(written.body()).isEqualTo(201);
        return written;
    }

    private void show(ReceivedAnswer session) {
        model.apply(
                AggregateType.SESSION,
                EventJson.read(AggregateType.SESSION, session.body().getBytes(StandardCharsets.UTF_8)));
    }

    private EventLines open(String user, @Nullable String token) throws IOException, InterruptedException {
        String[] authorization = api.authorizationOf(user);
        String url = api.url() + "/api/stream";
        return token == null
                ? EventLines.open(url, authorization)
                : EventLines.open(url, authorization[0], authorization[1], "X-Consistency-Token", token);
    }
}
