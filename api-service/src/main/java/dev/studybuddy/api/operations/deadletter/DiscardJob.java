package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import org.springframework.stereotype.Component;

/** Discards many dead letters at a given rate. */
@Component
final class DiscardJob implements JobHandler {

    static final String KIND = "discard";

    private final DeadLetters deadLetters;
    private final DeadLetterChanges changes;

    DiscardJob(DeadLetters deadLetters, DeadLetterChanges changes) {
        this.deadLetters = deadLetters;
        this.changes = changes;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        changes.run(job, deadLetters::discard, deadLetters::discard);
    }
}
