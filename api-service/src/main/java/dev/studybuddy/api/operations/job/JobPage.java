package dev.studybuddy.api.operations.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This record describes a page of the list of jobs.
 *
 * @param nextCursor the cursor of the next page; null on the last page
 */
record JobPage(List<JobAnswers.JobView> items, @Nullable String nextCursor) {}
