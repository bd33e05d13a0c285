package dev.studybuddy.e2e.console;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Removes what an earlier test left in the stack, whether it passed or failed. */
final class StackReset {

    private final OperatedStack stack;

    StackReset(OperatedStack stack) {
        this.stack = stack;
    }

    /**
     * Unfreezes or starts the API, resumes all pauses, ends all rebuilds and jobs, retries stuck events, and discards
     * dead-lettered events and dead letters.
     */
    void run() throws Exception {
        restoreApi();
        resumePauses();
        endRebuilds();
        endJobs();
        retryOrDiscardEvents();
        removeLetters();
    }

    private void restoreApi() {
        if (stack.apiService().isAlive()) {
            stack.apiService().unfreeze();
        } else {
            stack.apiService().start().awaitReady();
        }
    }

    private void resumePauses() throws Exception {
        for (JsonNode pause : stack.get("/api/admin/publishing").path("paused")) {
            stack.post(
                    "/api/admin/publishing/resume",
                    Map.of("type", pause.path("type").asString("")));
        }
        for (JsonNode projection : stack.get("/api/admin/projections")) {
            if (projection.path("pause").isObject()) {
                stack.post(
                        "/api/admin/projections/resume",
                        Map.of("model", projection.path("model").asString("")));
            }
        }
    }

    private void endRebuilds() throws Exception {
        for (JsonNode projection : stack.get("/api/admin/projections")) {
            if (projection.path("building").isNumber()) {
                stack.delete("/api/admin/projections/rebuild/"
                        + projection.path("building").intValue() + "?model="
                        + projection.path("model").asString(""));
            }
        }
    }

    private void endJobs() throws Exception {
        for (JsonNode job : unfinishedJobs()) {
            stack.delete("/api/admin/jobs/" + job.path("jobId").asString(""));
        }
        await("no job runs")
                .atMost(OperatedStack.LIMIT)
                .until(() -> unfinishedJobs().isEmpty());
    }

    private List<JsonNode> unfinishedJobs() throws Exception {
        return stack.get("/api/admin/jobs?limit=50")
                .path("items")
                .valueStream()
                .filter(job ->
                        List.of("queued", "running").contains(job.path("state").asString("")))
                .toList();
    }

    private void retryOrDiscardEvents() throws Exception {
        for (JsonNode event : stack.get("/api/admin/outbox/stuck?limit=200")) {
            String path = "/api/admin/outbox/" + event.path("eventId").asString("");
            if (event.path("deadLettered").booleanValue(false)) {
                stack.delete(path);
            } else {
                stack.post(path + "/retry", null);
            }
        }
    }

    private void removeLetters() throws Exception {
        for (JsonNode letter :
                stack.get("/api/admin/dead-letters?state=open&limit=200").path("items")) {
            stack.delete("/api/admin/dead-letters/" + letter.path("id").asString(""));
        }
    }
}
