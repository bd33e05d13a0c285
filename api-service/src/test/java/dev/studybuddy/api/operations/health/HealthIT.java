package dev.studybuddy.api.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.lag.PipelineSampleQuery;
import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.readmodel.SchemaWait;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test reads the health while Kafka is unavailable. */
class HealthIT extends ApiWithReports {

    @Test
    void healthReportsAnUnavailableKafkaWithinThreeSeconds() {
        // The first request to an available server may take longer than a probe waits for it.
        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            var health = api.demo().withoutRetries().get("/health");
            var sync = api.demo().withoutRetries().get("/api/health/sync");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("degraded");
            assertThat(sync.json().path("kafka").asString()).isEqualTo("disconnected");
            assertThat(sync.json().path("databases").path("cockroachdb").asString())
                    .isEqualTo("connected");
            assertThat(sync.json().path("sync").path("queueSizeExact").booleanValue(false))
                    .isTrue();
            assertThat(sync.json().path("sync").path("consumerLag").isNull()).isTrue();
            assertThat(health.duration()).isLessThan(Duration.ofSeconds(3));
            assertThat(sync.duration()).isLessThan(Duration.ofSeconds(3));
        });
    }

    @Test
    void healthNamesThePartitionsThatWaitForANewerSchema() {
        Instant now = Instant.now();
        SchemaStore announcements = new SchemaStore(model.database());
        announcements.announce("projector-ended", 1, List.of(schemaWait(4, now)), now.minusSeconds(40));
        announcements.announce("projector-live", 1, List.of(schemaWait(3, now)), now.plusSeconds(60));

        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            var waits = api.get("/api/health/sync").json().path("sync").path("schemaWaits");
            assertThat(waits.size()).isEqualTo(1);
            assertThat(waits.path(0).path("generation").asString()).isEqualTo("study-g1");
            assertThat(waits.path(0).path("topic").asString()).isEqualTo("studybuddy.todo.v1");
            assertThat(waits.path(0).path("partition").intValue()).isEqualTo(3);
            assertThat(waits.path(0).path("offset").longValue()).isEqualTo(41);
            assertThat(waits.path(0).path("schema").longValue()).isEqualTo(2);
            assertThat(Instant.parse(waits.path(0).path("since").asString()))
                    .isEqualTo(now.truncatedTo(ChronoUnit.MILLIS));
        });
    }

    @Test
    void healthNamesTheShardsAndTheFitnessOfEachLivePublisher() throws Exception {
        try (Connection connection = sql.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO outbox_publisher (id, started_at, seen_at, success_at, fit_since) VALUES
                      ('a-fit', now() - INTERVAL '1 hour', now() + INTERVAL '1 hour', now() + INTERVAL '1 hour',
                        now() - INTERVAL '1 minute'),
                      ('b-unfit', now(), now() + INTERVAL '1 hour', now() - INTERVAL '1 minute', now()),
                      ('c-new', now(), now() + INTERVAL '1 hour', '1970-01-01 00:00:00+00', now()),
                      ('d-former', now(), now() + INTERVAL '1 hour', NULL, NULL)""");
            statement.execute("""
                    UPDATE outbox_shard_lease SET owner = 'a-fit', expires_at = now() + INTERVAL '1 hour'
                    WHERE shard IN (63, 0, 1, 10)""");
        }

        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            JsonNode publishers =
                    api.get("/api/health/sync").json().path("sync").path("publishers");
            assertThat(publishers.size()).isEqualTo(4);
            JsonNode fit = publishers.path(0);
            assertThat(fit.path("id").asString()).isEqualTo("a-fit");
            assertThat(fit.path("shards").intValue()).isEqualTo(4);
            assertThat(fit.path("ownedShards").valueStream().map(JsonNode::intValue))
                    .containsExactly(0, 1, 10, 63);
            assertThat(Instant.parse(fit.path("fitness").path("since").asString()))
                    .isAfter(Instant.parse(fit.path("startedAt").asString()));
            assertThat(publishers
                            .valueStream()
                            .map(one -> one.path("fitness").path("fit").booleanValue(false)))
                    .containsExactly(true, false, false, true);
            assertThat(publishers.path(1).path("fitness").path("since").isNull())
                    .isTrue();
            assertThat(publishers.path(1).path("fitness").path("lastSuccess").isString())
                    .isTrue();
            assertThat(publishers.path(2).path("fitness").path("lastSuccess").isNull())
                    .isTrue();
            assertThat(publishers.path(3).path("ownedShards").isEmpty()).isTrue();
        });
    }

    private static SchemaWait schemaWait(int partition, Instant since) {
        return new SchemaWait("study-g1", "studybuddy.todo.v1", partition, 41, 2, since);
    }

    @Test
    void aRequestForTheHealthDoesNotWaitForKafka() {
        api.get("/health");
        long startNanos = System.nanoTime();
        for (int n = 0; n < 20; n++) {
            assertThat(api.get("/health").status()).isEqualTo(200);
        }

        // A query takes more than two seconds while Kafka is unavailable, so that 20 queries would take 40 s.
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void requestsForTheHealthCostNoQuery() {
        try (RunningApi counted = RunningApi.start(properties(), RequestQueries.Injection.class)) {
            RequestQueries queries = counted.bean(RequestQueries.class);
            assertThat(counted.get("/api/todos").status()).isEqualTo(200);
            assertThat(queries.connections("/api/todos")).isPositive();
            // A caller that waits for the running sample of another thread starts no query, so the test repeats this.
            PipelineSampleQuery sample = counted.bean(PipelineSampleQuery.class);
            Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
                queries.runAs("sample", sample::read);
                assertThat(queries.connections("sample")).isPositive();
                assertThat(queries.commands("sample")).isPositive();
            });

            // If the machine stalls, the last sample becomes too old, and a request takes one. A later round passes.
            Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
                queries.reset();
                for (int n = 0; n < 100; n++) {
                    for (String path : List.of("/health", "/api/health/sync")) {
                        assertThat(counted.get(path).status()).isEqualTo(200);
                        assertThat(queries.connections(path)).isZero();
                        assertThat(queries.commands(path)).isZero();
                    }
                }
            });
        }
    }

    @Test
    void anOutboxThatCannotBeReadIsDegradedAndNotUnhealthy() throws Exception {
        try (Connection connection = sql.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE");
            Awaitility.await()
                    .atMost(RECOVERY_LIMIT)
                    .until(() -> api.get("/api/health/sync")
                            .json()
                            .path("sync")
                            .path("queueSize")
                            .isNull());

            var health = api.get("/health");
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("degraded");
            connection.rollback();
        }
    }

    @Test
    void theGenerationsAreListedWithinThreeSecondsWithoutKafka() {
        // A stall of the machine can delay one answer.
        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            var list = api.demo().withoutRetries().get("/api/admin/projections");

            assertThat(list.status()).isEqualTo(200);
            assertThat(list.json().size()).isEqualTo(2);
            assertThat(list.duration()).isLessThan(Duration.ofSeconds(3));
        });
    }
}
