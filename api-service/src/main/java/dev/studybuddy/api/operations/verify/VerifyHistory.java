package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.Jobs;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Finds the results of completed verifies by read model, among the verifies of one read model and those of all. */
@Component
final class VerifyHistory {

    private final Jobs jobs;

    VerifyHistory(Jobs jobs) {
        this.jobs = jobs;
    }

    /** Returns the newest result of each read model. */
    Map<String, ModelResult> findNewest() {
        Map<String, ModelResult> newest = new HashMap<>();
        for (Job verify : jobs.findNewestDone(VerifyJob.KIND)) {
            for (ModelResult result : ModelResult.allOf(verify)) {
                newest.merge(result.model(), result, VerifyHistory::newer);
            }
        }
        return newest;
    }

    private static ModelResult newer(ModelResult one, ModelResult other) {
        return one.completedAt().isBefore(other.completedAt()) ? other : one;
    }
}
