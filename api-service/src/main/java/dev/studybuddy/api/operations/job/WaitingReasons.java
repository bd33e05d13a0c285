package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.contract.EventJson;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Determines what jobs wait for. It reads the unfinished jobs of each kind once, so each request uses its own instance.
 */
final class WaitingReasons {

    private final Jobs jobs;
    private final Map<String, List<Job>> unfinished = new HashMap<>();

    WaitingReasons(Jobs jobs) {
        this.jobs = jobs;
    }

    /** Returns a sentence that states what an unfinished job waits for, or null if it waits for nothing. */
    @Nullable
    String of(Job job) {
        return switch (job.state()) {
            case QUEUED -> ofQueued(job);
            case RUNNING -> ofRunning(job);
            case DONE, FAILED, CANCELLED -> null;
        };
    }

    private static @Nullable String ofRunning(Job job) {
        String reported = job.result().path(JobContext.WAITS_FOR).asString("");
        return reported.isEmpty() ? null : reported;
    }

    private String ofQueued(Job job) {
        Instant nextAttemptAt = job.nextAttemptAt();
        if (nextAttemptAt != null) {
            return "The last attempt of this job failed. The next one starts at " + EventJson.text(nextAttemptAt)
                    + " or later.";
        }
        List<Job> ofKind = unfinished.computeIfAbsent(job.kind(), jobs::findUnfinished);
        Optional<Job> running = ofKind.stream()
                .filter(other ->
                        other.state() == JobState.RUNNING && !other.id().equals(job.id()))
                .findFirst();
        if (running.isPresent()) {
            return describeRunning(running.get());
        }
        long earlier = ofKind.stream()
                .takeWhile(other -> !other.id().equals(job.id()))
                .filter(other -> other.nextAttemptAt() == null)
                .count();
        if (earlier == 1) {
            return "At least 1 earlier job of this kind is queued, and one job of a kind runs at a time.";
        }
        return earlier > 0
                ? "At least " + earlier + " earlier jobs of this kind are queued, and one job of a kind runs at a time."
                : "An instance of api-service claims this job within about a second. If none does, no instance runs"
                        + " jobs of this kind.";
    }

    private static String describeRunning(Job running) {
        Instant startedAt = running.startedAt();
        String since = startedAt == null ? "" : " since " + EventJson.text(startedAt);
        String progress = running.total() == null ? "" : " of " + running.total();
        return "Job " + running.id() + " of this kind runs" + since + " and has processed " + running.done() + progress
                + " items. One job of a kind runs at a time.";
    }
}
