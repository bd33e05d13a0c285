/**
 * This package runs long tasks, such as a backup or a verify, which requests and schedules submit. The table {@code
 * jobs} records each job. One instance at a time runs a job, under a lease. If that instance crashes, another instance
 * takes the job over and continues at its cursor.
 *
 * <pre>
 *   queued ──claim──> running ──────────────> done
 *     │                │  │ ^
 *     │                │  └─┴── lease expired, an outage or a lock timeout: taken over (epoch + 1), from the cursor
 *     │                ├── a failure, or no attempt is left ─> failed
 *     └── cancel ──────┴── cancel, at the next step ────────> cancelled
 * </pre>
 *
 * A job that cannot be cancelled never fails. After an attempt that did not end the job, an instance queues it again.
 * The job then waits for a backoff that grows with each attempt, while the other jobs of its kind run.
 */
@NullMarked
package dev.studybuddy.api.job;

import org.jspecify.annotations.NullMarked;
