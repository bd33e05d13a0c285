package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.load.http.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Verifies, rebuilds and activates a read model through the API, as an operator does. Each call is repeated while a
 * server is unavailable, because the API may not have reconnected to a restarted server yet.
 */
final class ReadModelOperator {

    private static final Logger log = LoggerFactory.getLogger(ReadModelOperator.class);
    private static final Duration WAIT_LIMIT = Duration.ofMinutes(5);
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(20);

    private final TestStack stack;
    private final String model;

    ReadModelOperator(TestStack stack, String model) {
        this.stack = stack;
        this.model = model;
    }

    /** Verifies the active generation, and waits until the job is done. */
    VerifyResult verify(boolean repair) {
        Answer accepted =
                stack.callWithRetry("POST", "/api/admin/verify", Map.of("model", model, "repair", repair), Map.of());
        assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
        String path = accepted.header("Location").orElseThrow();
        JsonNode job = await("a verify of " + model)
                .atMost(WAIT_LIMIT)
                .until(
                        () -> stack.api().call("GET", path, null),
                        one -> one.ok() && one.body().path("finishedAt").isString())
                .body();
        log.info("The verify ended: job={}", job);
        assertThat(job.path("state").asString("")).as("%s", job).isEqualTo("done");
        return new VerifyResult(job);
    }

    /** Starts a rebuild, which activates its generation, and returns the generation. */
    int rebuild() {
        return rebuild("auto");
    }

    private int rebuild(String activate) {
        Answer accepted = stack.callWithRetry(
                "POST", "/api/admin/projections/rebuild", Map.of("model", model, "activate", activate), Map.of());
        assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
        return accepted.body().path("generation").intValue();
    }

    /** Starts a rebuild and aborts it. */
    void abortARebuild() {
        String path = "/api/admin/projections/rebuild/" + rebuild("manual") + "?model=" + model;
        Answer aborted = stack.callWithRetry("DELETE", path, null, Map.of());
        assertThat(aborted.status()).as("%s", aborted).isEqualTo(204);
    }

    /** Requires that a rebuild is rejected because another one is under way. */
    void assertSecondRebuildIsRejected() {
        Answer second = stack.callWithRetry("POST", "/api/admin/projections/rebuild", Map.of("model", model), Map.of());
        Problems.assertProblem(second, 409);
        assertThat(second.text("type")).endsWith("rebuild-under-way");
    }

    /** Activates a generation. The call is repeated until the generation has caught up. */
    void activate(int generation) {
        String path = "/api/admin/projections/rebuild/" + generation + "/activate?model=" + model;
        await("generation " + generation + " is activated").atMost(WAIT_LIMIT).untilAsserted(() -> {
            Answer answer = stack.api().call("POST", path, null);
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        });
    }

    /** Waits until a generation is active, and returns the progress reports of its rebuild. */
    List<JsonNode> awaitActive(int generation) {
        List<JsonNode> progress = new ArrayList<>();
        await("generation " + generation + " is active").atMost(WAIT_LIMIT).until(() -> {
            JsonNode state = read();
            state.path("generations")
                    .valueStream()
                    .filter(one -> one.path("generation").intValue() == generation)
                    .filter(one -> one.path("state").asString("").equals("building"))
                    .forEach(progress::add);
            return state.path("active").intValue(0) == generation;
        });
        return progress;
    }

    /** Waits until a generation has applied at least a share of the records on its topics, and returns the share. */
    double awaitProgress(int generation, double share) {
        return await("generation " + generation + " has applied a share of " + share)
                .pollInterval(PROGRESS_INTERVAL)
                .atMost(WAIT_LIMIT)
                .until(() -> readProgress(generation), progress -> progress >= share);
    }

    /** Returns the share of the records on its topics that a generation has applied; 0 while it is unknown. */
    private double readProgress(int generation) {
        JsonNode one = find(generation);
        long total = one.path("total").asLong(0);
        return total == 0 ? 0 : (double) one.path("done").asLong(0) / total;
    }

    /** Returns the state of a generation, such as {@code building}, or an empty text if it is not listed. */
    String readState(int generation) {
        return find(generation).path("state").asString("");
    }

    private JsonNode find(int generation) {
        return read().path("generations")
                .valueStream()
                .filter(one -> one.path("generation").intValue() == generation)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** Returns the active generation, or 0 if there is none. */
    int readActive() {
        return read().path("active").intValue(0);
    }

    /** Returns the state of the read model, with its generations. */
    private JsonNode read() {
        return await("the generations of " + model)
                .atMost(WAIT_LIMIT)
                .until(() -> stack.api().call("GET", "/api/admin/projections", null), Answer::ok)
                .body()
                .valueStream()
                .filter(one -> one.path("model").asString("").equals(model))
                .findFirst()
                .orElseThrow();
    }
}
