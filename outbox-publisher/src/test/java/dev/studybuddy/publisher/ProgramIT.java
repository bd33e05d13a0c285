package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

class ProgramIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** A program of its own starts slowly while other tests use the processors. */
    private static final Duration END_TIMEOUT = Duration.ofMinutes(3);

    @Test
    void theProgramTakesItsShardsAndPublishesEventsAndMetrics() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                ConfigurableApplicationContext program = run(fixture, fixture.kafka())) {
            String base = base(program);
            fixture.write("todo", "one", 1);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

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
                            assertThat(fixture.versions(fixture.topic("user"))).isEmpty());
        }
    }

    @Test
    void anInstanceThatNeverReachedKafkaTakesNoShardAndIsNotReady() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            PublisherFixture.Instance fit = fixture.start();
            await().atMost(TIMEOUT).until(() -> fit.shards() == 64);
            try (ConfigurableApplicationContext program = run(fixture, "localhost:1")) {
                String base = base(program);
                await().atMost(TIMEOUT).until(() -> heartbeats(fixture) == 2);

                await().during(Duration.ofSeconds(5)).atMost(TIMEOUT).until(() -> fit.shards() == 64);

                assertThat(status(base + "health/readiness")).isEqualTo(503);
                assertThat(status(base + "health/liveness"))
                        .as("liveness, because a restart does not repair Kafka")
                        .isEqualTo(200);
                assertThat(get(base + "prometheus"))
                        .contains("outbox_owned_shards 0.0")
                        .contains("outbox_fit 0.0");
                for (int id = 0; id < 64; id++) {
                    fixture.write("todo", "t" + id, 1);
                }
                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            }
        }
    }

    @Test
    void theProgramStartsBeforeKafkaAndIsReadyAfterIt() {
        try (ControllableServer broker = TestServers.startOwnKafka();
                PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(broker.url())) {
            broker.kill();
            try (ConfigurableApplicationContext program = run(fixture, broker.url())) {
                String base = base(program);
                fixture.write("todo", "one", 1);
                await().atMost(TIMEOUT).until(() -> get(base + "health").contains("\"shards\":64"));
                assertThat(status(base + "health/readiness")).isEqualTo(503);
                assertThat(status(base + "health/liveness")).isEqualTo(200);

                broker.start();

                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
                await().atMost(TIMEOUT).until(() -> status(base + "health/readiness") == 200);
            }
        }
    }

    @Test
    void aStatementTimeoutThatDiffersFromTheDatabaseIsFound() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers();
                HikariDataSource pool = fixture.publisherPool()) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            assertThat(new StatementTimeoutCheck(jdbc, Duration.ofSeconds(2)).findMismatch())
                    .isNull();
            assertThat(new StatementTimeoutCheck(jdbc, Duration.ofSeconds(1)).findMismatch())
                    .contains("statement_timeout = 2000 ms")
                    .contains("publisher.statement-timeout = 1000 ms");
        }
    }

    @Test
    void aPoolWithOneConnectionPreventsTheStart() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            assertThatThrownBy(() -> run(
                                    fixture,
                                    fixture.kafka(),
                                    "--spring.datasource.hikari.maximum-pool-size=1",
                                    "--spring.datasource.hikari.minimum-idle=1")
                            .close())
                    .rootCause()
                    .hasMessageContaining("spring.datasource.hikari.maximum-pool-size = 1");
        }
    }

    @Test
    void aProducerBufferThatIsTooSmallForTheRowsInFlightPreventsTheStart() {
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            assertThatThrownBy(() -> run(fixture, fixture.kafka(), "--spring.kafka.producer.buffer-memory=16MB")
                            .close())
                    .rootCause()
                    .hasMessageContaining("publisher.memory.in-flight-bytes")
                    .hasMessageContaining("spring.kafka.producer.buffer-memory = 16777216B");
        }
    }

    @Test
    void aDatabaseWithTooFewShardsEndsTheProgramWithExitCode5(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("program.log");
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.jdbc.update("DELETE FROM outbox_shard_lease WHERE shard = 63");
            List<String> command = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    OutboxPublisherApplication.class.getName()));
            command.addAll(arguments(fixture, fixture.kafka()).toList());
            Process program = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                assertThat(program.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                        .as(() -> "the program ended: " + read(log))
                        .isTrue();
                assertThat(program.exitValue()).as(() -> read(log)).isEqualTo(5);
                assertThat(read(log)).contains("63 shards");
            } finally {
                program.destroyForcibly();
            }
        }
    }

    private static ConfigurableApplicationContext run(PublisherFixture fixture, String kafka, String... moreArguments) {
        return SpringApplication.run(
                OutboxPublisherApplication.class,
                Stream.concat(arguments(fixture, kafka), Stream.of(moreArguments))
                        .toArray(String[]::new));
    }

    private static Stream<String> arguments(PublisherFixture fixture, String kafka) {
        return Stream.of(
                "--server.port=0",
                "--spring.datasource.url=" + fixture.url(),
                "--spring.datasource.username=" + fixture.username(),
                "--spring.datasource.password=" + fixture.password(),
                "--spring.kafka.bootstrap-servers=" + kafka,
                "--publisher.topics.replication-factor=1",
                "--publisher.topics.min-insync-replicas=1",
                "--studybuddy.topic-prefix=" + fixture.prefix);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base(ConfigurableApplicationContext program) {
        return "http://localhost:" + program.getEnvironment().getProperty("local.server.port") + "/actuator/";
    }

    private static int heartbeats(PublisherFixture fixture) {
        return Objects.requireNonNull(
                fixture.jdbc.queryForObject("SELECT count(*) FROM outbox_publisher", Integer.class));
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
