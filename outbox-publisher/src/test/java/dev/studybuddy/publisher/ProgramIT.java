package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class ProgramIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void theProgramTakesItsShardsAndPublishesEventsAndMetrics() {
        try (Outboxes outbox = Outboxes.onSharedServers();
                ConfigurableApplicationContext program = SpringApplication.run(
                        OutboxPublisherApplication.class,
                        "--server.port=0",
                        "--spring.datasource.url=" + outbox.url(),
                        "--spring.datasource.username=" + outbox.username(),
                        "--spring.datasource.password=" + outbox.password(),
                        "--spring.kafka.bootstrap-servers=" + outbox.kafka(),
                        "--publisher.topics.replication-factor=1",
                        "--publisher.topics.min-insync-replicas=1",
                        "--studybuddy.topic-prefix=" + outbox.prefix)) {
            String base =
                    "http://localhost:" + program.getEnvironment().getProperty("local.server.port") + "/actuator/";
            outbox.write("todo", "one", 1);

            await().atMost(Duration.ofSeconds(30)).until(() -> outbox.pending() == 0);

            assertThat(get(base + "health")).contains("\"status\":\"UP\"").contains("\"shards\":64");
            assertThat(get(base + "prometheus"))
                    .contains("outbox_published_events_total 1.0")
                    .contains("outbox_owned_shards 64.0")
                    .contains("outbox_publish_latency_seconds_count 1")
                    .contains("outbox_repeats_total 0.0");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(outbox.versions(outbox.topic("user"))).isEmpty());
        }
    }

    private static String get(String url) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
