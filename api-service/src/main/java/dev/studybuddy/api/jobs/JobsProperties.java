package dev.studybuddy.api.jobs;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How jobs are run, under {@code studybuddy.jobs}.
 *
 * @param lease how long a dead instance keeps a job
 * @param renewal how often a live one renews; also how soon a cancellation is noticed
 * @param poll how often queued jobs of other instances are looked for
 * @param retryAfter the wait after an outage
 * @param attempts how often a job that may fail is taken up in all
 */
@Validated
@ConfigurationProperties("studybuddy.jobs")
public record JobsProperties(
        @DefaultValue("10s") @DurationMin(millis = 500) Duration lease,
        @DefaultValue("1s") @DurationMin(millis = 50) Duration renewal,
        @DefaultValue("1s") @DurationMin(millis = 50) Duration poll,
        @DefaultValue("5s") @DurationMin(millis = 50) Duration retryAfter,
        @DefaultValue("30") @Min(1) int attempts) {

    /** The relation that keeps one instance at work. */
    @AssertTrue(message = "studybuddy.jobs.renewal must be at most a third of studybuddy.jobs.lease")
    public boolean isRenewalWithinLease() {
        return renewal.multipliedBy(3).compareTo(lease) <= 0;
    }
}
