package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** This fixture runs verifies over HTTP on a filled read model, with topics of its own. */
abstract class VerifyFixture extends ApiWithReadModel {

    final String prefix = TestServers.newTopicPrefix();

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix",
                prefix);
    }

    @BeforeEach
    void createTopics() throws ExecutionException, InterruptedException {
        AggregateTopics.create(prefix);
    }

    JsonNode verify(String model) {
        return runVerify("{\"model\": \"" + model + "\"}");
    }

    JsonNode verify(boolean repair) {
        return runVerify("{\"model\": \"study\", \"repair\": " + repair + "}");
    }

    JsonNode runVerify(String body) {
        var started = api.post("/api/admin/verify", body);
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));
        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        return job;
    }

    /** Inserts a job whose instance crashed at this position, with the findings up to there, and returns its path. */
    String insertCrashed(String subject, String settings, String cursor, String result) {
        UUID job = UUID.randomUUID();
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, subject, settings, lease_owner, lease_epoch,
                          lease_expires_at, cursor_position, done, total, result)
                        VALUES (?, 'verify', 'running', ?, CAST(? AS jsonb), 'dead', 1, now(), ?, 12, 25,
                          CAST(? AS jsonb))""").params(job, subject, settings, cursor, result).update();
        return "/api/admin/verify/" + job;
    }

    void insertPendingEvent(SessionState session) {
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,
                          payload)
                        VALUES (?, 'session', ?, 1, gen_random_uuid(), 'session.created', '{}')""")
                .params(Shards.of("session", session.id()), session.id())
                .update();
    }

    static List<String> ids(JsonNode verify, String list) {
        return verify.path(list)
                .valueStream()
                .map(entry -> entry.path("id").asString())
                .toList();
    }
}
