package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** This test starts and aborts rebuilds, and activates generations, over HTTP. */
class GenerationsIT extends GenerationsFixture {

    @Test
    void aRebuildThatCaughtUpIsActivatedAndThePreviousGenerationAfterIt() throws Exception {
        assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(409);
        createTopics();
        // The rebuild has a record to catch up with, so that it is still being built when the second request arrives.
        publish(newDeadLetter(0, "unreadable"));
        var started = api.post("/api/admin/projections/rebuild", "");
        assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
        assertThat(started.json().path("generation").intValue()).isEqualTo(2);
        assertThat(api.post("/api/admin/projections/rebuild", "{}").status()).isEqualTo(409);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
        assertThat(projection().path("previous").intValue()).isEqualTo(1);
        assertThat(projection().path("building").isNull()).isTrue();

        model.journal(AggregateType.TODO, 3, 1);
        var activation = api.post("/api/admin/projections/rebuild/1/activate", "");
        assertThat(activation.status()).as("%s", activation.json()).isEqualTo(200);
        assertThat(projection().path("active").intValue()).isEqualTo(1);
        assertThat(api.post("/api/admin/projections/rebuild/9/activate", "").status())
                .isEqualTo(404);
    }

    @Test
    void aRebuildFromACompactedTopicIsRejected() throws Exception {
        createTopics();
        AggregateTopics.setCleanupPolicy(AggregateType.TODO.topic(prefix), "compact");

        ReceivedAnswer rejected = api.post("/api/admin/projections/rebuild", "{\"snapshotsFirst\": true}");

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.text("/type")).contains("topics-not-fit");
        assertThat(rejected.text("/detail")).contains("cleanup.policy");
    }

    /** The active generation was built from topics with another prefix, so the present topics may lack old states. */
    @Test
    void aRebuildFromTopicsWithAnotherPrefixRequiresSnapshots() throws Exception {
        AggregateTopics.create(prefix);

        ReceivedAnswer rejected = api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}");

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.text("/type")).contains("topics-not-fit");
        assertThat(rejected.text("/detail"))
                .contains("topic " + AggregateType.TODO.topic(prefix) + " replaces topic fixture.todo.v1")
                .contains("snapshotsFirst");
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\", \"snapshotsFirst\": true}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void concurrentRebuildRequestsWithOneKeyStartOneRebuild() throws Exception {
        createTopics();
        List<Callable<ReceivedAnswer>> calls =
                Collections.nCopies(4, () -> rebuild(api.demo().withoutRetries()));
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            List<Future<ReceivedAnswer>> answers = pool.invokeAll(calls);
            for (Future<ReceivedAnswer> answer : answers) {
                // If the first request takes longer than the others wait, they receive 503 and must be repeated.
                ReceivedAnswer response = answer.get().status() == 503 ? rebuild(api.demo()) : answer.get();
                assertThat(response.status()).as("%s", response.json()).isEqualTo(202);
                assertThat(response.json().path("generation").intValue()).isEqualTo(2);
            }
        }
        assertThat(projection().path("generations")).hasSize(2);
    }

    private static ReceivedAnswer rebuild(Client client) {
        return client.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}", "Idempotency-Key", "one");
    }

    @Test
    void anAbortedRebuildIsListedAsAbortedAndItsNumberIsNotReused() throws Exception {
        createTopics();
        api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}");
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("building");

        assertThat(abort("Idempotency-Key", "abort").status()).isEqualTo(204);
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("aborted");
        assertThat(abort("Idempotency-Key", "abort").status()).isEqualTo(204);
        assertThat(abort().status()).isEqualTo(404);
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}")
                        .json()
                        .path("generation")
                        .intValue())
                .isEqualTo(3);
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"x\", \"model\": \"y\", \"z\": 1}")
                        .json()
                        .path("errors"))
                .hasSize(3);
    }

    private ReceivedAnswer abort(String... headers) {
        return api.send("DELETE", "/api/admin/projections/rebuild/2", null, headers);
    }

    @Test
    void oneReadModelIsRebuiltAndActivatedWhileAnotherIsStillBeingBuilt() throws Exception {
        createTopics();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1);
                ReadModelFixture next = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 2)) {
            subjects.activate();
            // The rebuild of study never catches up: it has no journals, and the topics hold a record.
            publish(newDeadLetter(0, "unreadable"));
            assertThat(api.post("/api/admin/projections/rebuild", "{\"model\": \"study\"}")
                            .status())
                    .isEqualTo(202);
            var started = api.post("/api/admin/projections/rebuild", "{\"model\": \"subjects\"}");
            assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
            assertThat(started.json().path("generation").intValue()).isEqualTo(2);
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection("subjects").path("active").intValue() == 2);

            assertThat(projection("study").path("active").intValue()).isEqualTo(1);
            assertThat(projection("study").path("building").intValue()).isEqualTo(2);
            subjects.journal(AggregateType.TODO, 3, 1);
            assertThat(api.post("/api/admin/projections/rebuild/1/activate?model=subjects", "")
                            .status())
                    .isEqualTo(200);
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
            assertThat(api.send("DELETE", "/api/admin/projections/rebuild/2", null)
                            .status())
                    .isEqualTo(204);
            assertThat(projection("study").path("building").isNull()).isTrue();
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
        }
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> String.join(
                        " ",
                        entry.path("action").asString(),
                        entry.path("target").asString(),
                        entry.path("detail").path("outcome").asString(),
                        entry.path("detail").path("generation").asString("-")))
                .contains(
                        "projection.rebuild subjects done 2",
                        "projection.activate subjects/1 done -",
                        "projection.abort study/2 done -");
    }

    @Test
    void anOperatorMarksADocumentOfAListedGenerationAsBroken() {
        String path = "/api/admin/projections/broken";
        ReceivedAnswer marked = api.post(
                path,
                "{\"collection\": \"study_totals_g1\", \"documentId\": \"all:*\", \"reason\": \"shard is down\"}");

        assertThat(marked.status()).as("%s", marked.json()).isEqualTo(200);
        Document mark = model.database()
                .getCollection(Names.BROKEN)
                .find(new Document("_id", "study_totals_g1/all:*"))
                .first();
        assertThat(mark)
                .containsEntry("model", "study")
                .containsEntry("generation", 1)
                .containsEntry("message", "shard is down");
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> entry.path("action").asString()
                        + ' '
                        + entry.path("target").asString())
                .contains("projection.mark-broken study_totals_g1/all:*");
        assertThat(api.post(path, "{\"collection\": \"todos_g9\", \"documentId\": \"x\", \"reason\": \"y\"}")
                        .json()
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asString())
                .isEqualTo("collection");
        assertThat(api.post(path, "{}").json().path("errors")).hasSize(3);
    }
}
