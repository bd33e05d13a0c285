package dev.studybuddy.api.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

/** This test inserts old and young rows of each table, and waits for the retention. */
class RetentionIT extends ApiWithReadModel {

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "spring.kafka.bootstrap-servers", "127.0.0.1:1",
                "studybuddy.retention.interval", "1s",
                "studybuddy.jobs.retry-after", "100ms",
                "studybuddy.retention.jobs", "20d");
    }

    @Test
    void oldIdempotencyKeysAreDeletedInBatches() {
        databases.jdbc().sql("""
                        INSERT INTO idempotency_keys
                          (scope, idempotency_key, bucket, request_hash, status, body, created_at)
                        SELECT 'somebody POST /api/todos', CAST(n AS TEXT), CAST(n % 16 AS SMALLINT), '', 201, '{}',
                          now() - CASE WHEN n <= 1200 THEN INTERVAL '25 hours' ELSE INTERVAL '23 hours' END
                        FROM generate_series(1, 1203) AS n""").update();

        await(() -> count("idempotency_keys") == 3);
        // The job counts the rows after it has deleted them.
        await(() -> removed("idempotency_keys") >= 1200);

        assertThat(removed("idempotency_keys")).isEqualTo(1200);
    }

    @Test
    void oldAuditRowsAreDeletedAndNewOnesAreListed() {
        databases.jdbc().sql("""
                        INSERT INTO admin_audit (id, at, actor, action, target)
                        SELECT gen_random_uuid(), now() - n * INTERVAL '90 days', 'a', 'action ' || n % 3, 'age ' || n
                        FROM generate_series(1, 8) AS n""").update();

        await(() -> count("admin_audit") == 4);

        assertThat(api.get("/api/admin/audit?limit=2").json().path("items"))
                .extracting(entry -> entry.path("target").asString())
                .containsExactly("age 1", "age 2");
    }

    @Test
    void theNewestJobOfAKindAndSubjectIsKept() {
        insertJob("one", "done", 90);
        insertJob("one", "done", 60);
        insertJob("one", "failed", 50);
        insertJob("one", "failed", 40);
        insertJob("other", "cancelled", 90);
        insertJob("young", "done", 19);
        insertJob("young", "done", 1);

        await(() -> count("jobs WHERE kind = 'kept'") == 5);

        assertThat(keptJobs())
                .containsExactlyInAnyOrder(
                        "one done 60", "one failed 40", "other cancelled 90", "young done 19", "young done 1");
    }

    @Test
    void anOldJobIsDeletedAlthoughTheNewerJobOfItsSubjectIsYoung() {
        insertJob("one", "done", 50);
        insertJob("one", "failed", 40);
        insertJob("one", "done", 3);
        insertJob("one", "failed", 2);
        // This job was created before the other one and completed after it.
        insertJob("other", "done", 90, 50);
        insertJob("other", "done", 80, 60);
        insertJob("other", "failed", 70);

        await(() -> count("jobs WHERE kind = 'kept'") == 4);

        assertThat(keptJobs())
                .containsExactlyInAnyOrder("one done 3", "one failed 2", "other done 90", "other failed 70");
    }

    @Test
    void keptJobsOfManySubjectsHideNoJobThatIsDeleted() {
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, subject, created_at, finished_at)
                        SELECT gen_random_uuid(), 'kept', 'done', 'subject ' || n, now() - INTERVAL '90 days',
                          now() - INTERVAL '90 days'
                        FROM generate_series(1, 600) AS n""").update();
        insertJob("one", "done", 60);
        insertJob("one", "done", 50);

        await(() -> count("jobs WHERE kind = 'kept'") == 601);

        assertThat(count("jobs WHERE kind = 'kept' AND subject = 'one'")).isEqualTo(1);
    }

    @Test
    void aHandledDeadLetterLosesItsRecordButNotItsState() {
        Instant old = Instant.now().minus(Duration.ofDays(91));
        store("old", "replayed", old, true);
        store("waits-for-its-copy", "discarded", old, false);
        store("open", "open", old, true);
        store("young", "discarded", Instant.now().minus(Duration.ofDays(89)), true);

        await(() -> letter("old").get("value") == null);

        assertThat(letter("old").keySet()).containsExactlyInAnyOrder("_id", "state", "reason", "firstAt", "lastAt");
        assertThat(List.of("waits-for-its-copy", "open", "young"))
                .allSatisfy(id -> assertThat(letter(id)).containsKeys("key", "value", "headers"));
        assertThat(api.get("/api/admin/dead-letters?state=replayed").json().path("items"))
                .extracting(item -> item.path("id").asString())
                .containsExactly("old");
        assertThat(api.get("/api/admin/dead-letters/old").status()).isEqualTo(200);
        assertThat(api.post("/api/admin/dead-letters/old/replay", "").status()).isEqualTo(409);
    }

    /** The database cancels the statement, so that the job is retried. */
    @Test
    void theAttemptsOfAJobDuringAnOutageCountAsOneFailure() {
        databases.jdbc().sql("""
                        CREATE FUNCTION cancel() RETURNS TRIGGER LANGUAGE plpgsql AS
                        'BEGIN RAISE EXCEPTION USING ERRCODE = ''57014''; END'""").update();
        databases
                .jdbc()
                .sql("CREATE TRIGGER cancel BEFORE DELETE ON admin_audit FOR EACH ROW EXECUTE FUNCTION cancel()")
                .update();
        databases.jdbc().sql("""
                        INSERT INTO admin_audit (id, at, actor, action, target)
                        VALUES (gen_random_uuid(), now() - INTERVAL '900 days', 'a', 'action', 'old')""").update();

        await(() -> count("jobs WHERE kind = 'retention' AND lease_epoch >= 3") == 1);
        await(() -> failures("admin_audit") >= 1);

        assertThat(failures("admin_audit")).isOne();
        assertThat(count("jobs WHERE kind = 'retention' AND result -> 'failed' @> '[\"admin_audit\"]'"))
                .isOne();
    }

    /**
     * The database cancels the statement that records the failure in the first attempt, and then records the progress
     * of another table.
     */
    @Test
    void aFailureThatOneAttemptCannotRecordIsCountedByTheNext() {
        databases.jdbc().sql("""
                        CREATE FUNCTION cancel() RETURNS TRIGGER LANGUAGE plpgsql AS
                        'BEGIN RAISE EXCEPTION USING ERRCODE = ''57014''; END'""").update();
        databases
                .jdbc()
                .sql("CREATE TRIGGER cancel BEFORE DELETE ON admin_audit FOR EACH ROW EXECUTE FUNCTION cancel()")
                .update();
        databases.jdbc().sql("""
                        CREATE TRIGGER cancel BEFORE UPDATE ON jobs FOR EACH ROW
                        WHEN (NEW.kind = 'retention' AND NEW.lease_epoch = 1 AND NEW.done = OLD.done
                          AND NEW.result <> OLD.result)
                        EXECUTE FUNCTION cancel()""").update();
        databases.jdbc().sql("""
                        WITH keys AS (
                          INSERT INTO idempotency_keys
                            (scope, idempotency_key, bucket, request_hash, status, body, created_at)
                          VALUES ('somebody POST /api/todos', '1', 1, '', 201, '{}', now() - INTERVAL '25 hours'))
                        INSERT INTO admin_audit (id, at, actor, action, target)
                        VALUES (gen_random_uuid(), now() - INTERVAL '900 days', 'a', 'action', 'old')""").update();

        await(() -> count("jobs WHERE kind = 'retention' AND lease_epoch >= 3") == 1);
        await(() -> failures("admin_audit") >= 1 && removed("idempotency_keys") >= 1);

        assertThat(failures("admin_audit")).isOne();
        assertThat(removed("idempotency_keys")).isOne();
    }

    @Test
    void eachTableHasItsMetricFromTheStart() {
        assertThat(List.of("admin_audit", "dead_letters", "idempotency_keys", "jobs"))
                .allSatisfy(table -> {
                    assertThat(removed(table)).isZero();
                    assertThat(failures(table)).isZero();
                });
    }

    /** Returns the subject, the state and the age in days of each job. */
    private List<String> keptJobs() {
        return databases
                .jdbc()
                .sql("SELECT subject || ' ' || state || ' ' || CAST(result AS TEXT) FROM jobs WHERE kind = 'kept'")
                .query(String.class)
                .list();
    }

    private void insertJob(String subject, String state, int ageDays) {
        insertJob(subject, state, ageDays, ageDays);
    }

    private void insertJob(String subject, String state, int ageDays, int finishedAgeDays) {
        databases
                .jdbc()
                .sql("""
                        INSERT INTO jobs (id, kind, state, subject, result, created_at, finished_at)
                        VALUES (gen_random_uuid(), 'kept', ?, ?, CAST(? AS jsonb), now() - ? * INTERVAL '1 day',
                          now() - ? * INTERVAL '1 day')""")
                .params(state, subject, String.valueOf(ageDays), ageDays, finishedAgeDays)
                .update();
    }

    private void store(String id, String state, Instant at, boolean copied) {
        Binary bytes = new Binary(new byte[] {1});
        DeadLetter letter = new DeadLetter(
                id,
                DeadLetter.State.OPEN,
                "studybuddy.todo.v1",
                3,
                7,
                bytes,
                bytes,
                List.of(new DeadLetter.Header("name", bytes)),
                "unreadable",
                "no JSON",
                0,
                "todo.created",
                1L,
                at,
                at);
        model.database()
                .getCollection(Names.DEAD_LETTERS)
                .insertOne(letter.toDocument().append("state", state).append(DeadLetter.COPIED, copied));
    }

    private Document letter(String id) {
        Document found = model.database()
                .getCollection(Names.DEAD_LETTERS)
                .find(new Document("_id", id))
                .first();
        assertThat(found).isNotNull();
        return found;
    }

    private double failures(String table) {
        return api.bean(MeterRegistry.class)
                .get("retention_failures")
                .tag("table", table)
                .counter()
                .count();
    }

    private double removed(String table) {
        return api.bean(MeterRegistry.class)
                .get("retention_removed_rows")
                .tag("table", table)
                .counter()
                .count();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(TIMEOUT).until(condition);
    }
}
