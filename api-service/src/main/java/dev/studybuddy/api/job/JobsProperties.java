package dev.studybuddy.api.job;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * These properties under {@code studybuddy.jobs} control how jobs run.
 *
 * @param lease A job's lease expires this long after its last renewal, and another instance then takes the job over. A
 *     longer lease delays the take-over from a crashed instance.
 * @param renewal An instance renews the leases of its jobs this long after the previous renewal, and checks at the same
 *     time whether they were cancelled. A longer interval delays cancellations; it must be at most a third of
 *     studybuddy.jobs.lease.
 * @param poll An instance reads the queue of jobs this long after the previous read. A longer interval delays the start
 *     of queued jobs and reduces the load on the database.
 * @param retryAfter A job waits this long after an outage or a lock timeout before an instance retries it. The wait of
 *     a job that cannot be cancelled doubles with each attempt, up to an hour. A longer wait delays the job and reduces
 *     the load on the server that recovers.
 * @param attempts A job that can be cancelled fails when an outage, a lock timeout, or the end of its process has ended
 *     this many of its attempts. A take-over counts as an attempt. With a larger number, a job does not fail during
 *     longer outages.
 */
@Validated
@ConfigurationProperties("studybuddy.jobs")
record JobsProperties(
        @DefaultValue("10s") @DurationMin(millis = 500) Duration lease,
        @DefaultValue("1s") @DurationMin(millis = 50) Duration renewal,
        @DefaultValue("1s") @DurationMin(millis = 50) Duration poll,
        @DefaultValue("5s") @DurationMin(millis = 50) Duration retryAfter,
        @DefaultValue("30") @Min(1) int attempts) {

    /** Returns whether a lease lasts at least three renewal intervals, so that a missed renewal does not lose it. */
    @AssertTrue(message = "studybuddy.jobs.renewal must be at most a third of studybuddy.jobs.lease")
    public boolean isRenewalWithinLease() {
        return renewal.multipliedBy(3).compareTo(lease) <= 0;
    }
}
