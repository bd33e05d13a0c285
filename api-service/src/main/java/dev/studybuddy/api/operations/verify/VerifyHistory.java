package dev.studybuddy.api.operations.verify;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobCriteria;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Finds the results of verifies by read model, among the verifies of one read model and those of all. */
@Component
final class VerifyHistory {

    private static final int MAX_RESULTS = 20;
    private static final Comparator<ModelResult> BY_COMPLETION = Comparator.comparing(ModelResult::completedAt);

    private final Jobs jobs;

    VerifyHistory(Jobs jobs) {
        this.jobs = jobs;
    }

    /**
     * Returns the newest result of each read model. If the newest verify of all read models skipped a read model, an
     * earlier verify may contain its result.
     */
    Map<String, ModelResult> findNewest() {
        Map<String, ModelResult> newest = new HashMap<>();
        List<Job> verifies = jobs.findNewestDone(VerifyJob.KIND);
        for (Job verify : verifies) {
            for (ModelResult result : ModelResult.allOf(verify)) {
                newest.merge(result.model(), result, VerifyHistory::newer);
            }
        }
        for (Job verify : verifies) {
            for (String skipped : AllModelsFindings.findSkipped(verify.result())) {
                find(skipped).max(BY_COMPLETION).ifPresent(result -> newest.put(skipped, result));
            }
        }
        return newest;
    }

    /** Returns the newest results of a generation of a read model, newest first, at most 20. */
    List<ModelResult> findNewest(String model, int generation) {
        return find(model)
                .filter(result -> result.isOfGeneration(generation))
                .sorted(BY_COMPLETION.reversed())
                .limit(MAX_RESULTS)
                .toList();
    }

    /**
     * Returns the newest verify of each read model that failed or was cancelled after it may have written events that
     * repair drift.
     */
    Map<String, Job> findNewestStoppedRepairs() {
        Map<String, Job> newest = new HashMap<>();
        Stream.of(JobState.FAILED, JobState.CANCELLED)
                .flatMap(
                        state -> jobs.findNewest(VerifyJob.KIND, state, VerifyJob.REPAIR, "true", MAX_RESULTS).stream())
                .forEach(repair -> ModelResult.findRepaired(repair)
                        .forEach(model -> newest.merge(model, repair, VerifyHistory::laterFinished)));
        return newest;
    }

    private static Job laterFinished(Job one, Job other) {
        return requireNonNull(one.finishedAt()).isBefore(requireNonNull(other.finishedAt())) ? other : one;
    }

    private Stream<ModelResult> find(String model) {
        return Stream.of(model, VerifyJob.ALL_MODELS)
                .map(subject -> new JobCriteria(VerifyJob.KIND, JobState.DONE, subject))
                .flatMap(done -> jobs.find(done, PageCursor.NEWEST.at(), PageCursor.NEWEST.id(), MAX_RESULTS).stream())
                .flatMap(verify -> ModelResult.allOf(verify).stream())
                .filter(result -> result.model().equals(model));
    }

    private static ModelResult newer(ModelResult one, ModelResult other) {
        return one.completedAt().isBefore(other.completedAt()) ? other : one;
    }
}
