package dev.studybuddy.api.job;

import org.jspecify.annotations.Nullable;

/**
 * These criteria select jobs. A null component matches every job.
 *
 * @param kind the kind of the job, for example {@code backup}
 * @param state the state of the job
 * @param subject the id or name of the object that the job is about
 */
public record JobCriteria(
        @Nullable String kind,
        @Nullable JobState state,
        @Nullable String subject) {}
