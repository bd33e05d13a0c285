package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

class ProgramIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void theProgramTakesItsShardsAndPublishesEventsAndMetrics() {
        try (PublisherFixture outbox = PublisherFixture.onSharedServers();
                ConfigurableApplicationContext program = run(outbox, outbox.kafka())) {
            String base = base(program);
            outbox.write("todo", "one", 1);

            await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);

            await().atMost(TIMEOUT).until(() -> status(base + "health/readiness") == 200);
            assertThat(status(base + "health/liveness")).isEqualTo(200);
            assertThat(get(base + "health")).contains("\"status\":\"UP\"").contains("\"shards\":64");
            assertThat(get(base + "prometheus"))
                    .contains("outbox_published_events_total 1.0")
                    .contains("outbox_owned_shards 64.0")
                    .contains("outbox_fit 1.0")
                    .contains("outbox_publish_latency_seconds_count 1")
                    .contains("outbox_repeats_total 0.0");
            await().atMost(TIMEOUT)
                    .untilAsserted(() ->
                            assertThat(outbox.versions(outbox.topic("user"))).isEmpty());
        }
    }

    @Test
    void anInstanceThatNeverReachedKafkaTakesNoShardAndIsNotReady() {
        try (PublisherFixture outbox = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance fit = outbox.start();
            await().atMost(TIMEOUT).until(() -> fit.shards() == 64);
            try (ConfigurableApplicationContext program = run(outbox, "localhost:1")) {
                String base = base(program);
                await().atMost(TIMEOUT).until(() -> heartbeats(outbox) == 2);

                await().during(Duration.ofSeconds(5)).atMost(TIMEOUT).until(() -> fit.shards() == 64);

                assertThat(status(base + "health/readiness")).isEqualTo(503);
                assertThat(status(base + "health/liveness"))
                        .as("liveness, because a restart does not repair Kafka")
                        .isEqualTo(200);
                assertThat(get(base + "prometheus"))
                        .contains("outbox_owned_shards 0.0")
                        .contains("outbox_fit 0.0");
                for (int id = 0; id < 64; id++) {
                    outbox.write("todo", "t" + id, 1);
                }
                await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);
            }
        }
    }

    @Test
    void theProgramStartsBeforeKafkaAndIsReadyAfterIt() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture outbox = PublisherFixture.onSharedDatabaseAnd(broker.url())) {
            broker.kill();
            try (ConfigurableApplicationContext program = run(outbox, broker.url())) {
                String base = base(program);
                outbox.write("todo", "one", 1);
                await().atMost(TIMEOUT).until(() -> get(base + "health").contains("\"shards\":64"));
                assertThat(status(base + "health/readiness")).isEqualTo(503);
                assertThat(status(base + "health/liveness")).isEqualTo(200);

                broker.start();

                await().atMost(TIMEOUT).until(() -> outbox.pending() == 0);
                await().atMost(TIMEOUT).until(() -> status(base + "health/readiness") == 200);
            }
        }
    }

    @Test
    void aStatementTimeoutThatDiffersFromTheDatabasePreventsTheStart() {
        try (PublisherFixture outbox = PublisherFixture.onSharedServers();
                HikariDataSource pool = outbox.publisherPool()) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            assertThat(new StatementTimeoutCheck(jdbc, Duration.ofSeconds(2)).findMismatch())
                    .isNull();
            assertThat(new StatementTimeoutCheck(jdbc, Duration.ofSeconds(1)).findMismatch())
                    .contains("statement_timeout = 2000 ms")
                    .contains("publisher.statement-timeout = 1000 ms");
        }
    }

    private static ConfigurableApplicationContext run(PublisherFixture outbox, String kafka) {
        return SpringApplication.run(
                OutboxPublisherApplication.class,
                "--server.port=0",
                "--spring.datasource.url=" + outbox.url(),
                "--spring.datasource.username=" + outbox.username(),
                "--spring.datasource.password=" + outbox.password(),
                "--spring.kafka.bootstrap-servers=" + kafka,
                "--publisher.topics.replication-factor=1",
                "--publisher.topics.min-insync-replicas=1",
                "--studybuddy.topic-prefix=" + outbox.prefix);
    }

    private static String base(ConfigurableApplicationContext program) {
        return "http://localhost:" + program.getEnvironment().getProperty("local.server.port") + "/actuator/";
    }

    private static int heartbeats(PublisherFixture outbox) {
        return Objects.requireNonNull(
                outbox.jdbc.queryForObject("SELECT count(*) FROM outbox_publisher", Integer.class));
    }

    private static String get(String url) {
        return call(url).body();
    }

    private static int status(String url) {
        return call(url).statusCode();
    }

    private static HttpResponse<String> call(String url) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
